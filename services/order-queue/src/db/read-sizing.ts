import type { Sql } from '@sluice/service-runtime';
import type { MarketRules } from '../orders/size-order.ts';

/** The facts of a market as sizing reads them, `i` being a row of market.instrument; null where there is no row. */
export const marketRules = `
  case when i.symbol is null then null else jsonb_build_object('symbol', i.symbol, 'status', i.status,
    'priceTick', i.price_tick::text, 'priceTicks', i.price_ticks, 'amountStep', i.amount_step::text, 'minAmount', i.min_amount::text,
    'maxAmount', i.max_amount::text, 'marketAmountStep', i.market_amount_step::text,
    'marketMaxAmount', i.market_max_amount::text, 'minNotional', i.min_notional::text,
    'contractSize', i.contract_size::text) end`;

/**
 * Joins `i`, the market of a venue and symbol, or nulls. `offset 0` keeps the view in one piece, to be asked for this
 * one symbol; flattened into the statement around it, its joins would go over all symbols of the venue.
 */
export function marketOf(venue: string, symbol: string): string {
  return `left join lateral (
      select * from market.instrument m where m.venue = ${venue} and m.symbol = ${symbol} offset 0) i on true`;
}

export type SizingFacts = {
  symbol: string;
  market: MarketRules | null;
  price: string | null;
  /** When the exchange was last heard to hold it; the price itself may be older, where nobody trades. */
  pricedAt: Date | null;
  /** The strategy's position here, with what its orders have executed beyond the fills that are known one by one. */
  position: string;
};

export type Sizing = {
  symbols: Map<string, SizingFacts>;
  /** The venue's list of symbols has been read; before that an unknown symbol is not an invalid one. */
  listLoaded: boolean;
  /** Allotted capital where the configuration gives a share; null while nothing is allotted. */
  allotted: string | null;
};

/** Everything sizing needs of the database for the orders of one alert on one account, in one statement. */
export async function readSizing(
  sql: Sql,
  of: { strategy: string; account: string; venue: string; symbols: string[] },
): Promise<Sizing> {
  const rows = await sql<(SizingFacts & { listLoaded: boolean; allotted: string | null })[]>`
    select s.symbol, ${sql.unsafe(marketRules)} as market, p.last::text as price, p.seen_at as "pricedAt",
      (coalesce(n.quantity, 0) + coalesce(u.quantity, 0))::text as position,
      exists (select from market.valid_symbol v where v.venue = ${of.venue}) as "listLoaded",
      (select amount::text from orders.allotment a where a.strategy = ${of.strategy} and a.account = ${of.account}) as allotted
    from (select ${of.venue}::text as venue, symbol from unnest(${of.symbols}::text[]) symbol) s
    ${sql.unsafe(marketOf('s.venue', 's.symbol'))}
    left join lateral (
      select * from market.price p where p.venue = s.venue and p.symbol = s.symbol offset 0) p on true
    left join lateral (
      select quantity from orders.position_state n
      where n.strategy = ${of.strategy} and n.account = ${of.account} and n.symbol = s.symbol offset 0) n on true
    left join lateral (
      select sum(case e.side when 'buy' then a.executed - a.filled else a.filled - a.executed end) as quantity
      from orders.attempt a join orders.entry e on e.id = a.order_id
      where a.account = ${of.account} and a.symbol = s.symbol and a.filled < a.executed and e.strategy = ${of.strategy}
      offset 0) u on true`;
  return {
    symbols: new Map(rows.map((row) => [row.symbol, row])),
    listLoaded: rows[0]?.listLoaded ?? false,
    allotted: rows[0]?.allotted ?? null,
  };
}

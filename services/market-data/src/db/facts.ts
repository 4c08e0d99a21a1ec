import type { Sql } from '@sluice/service-runtime';
import type { SymbolFacts } from '../markets/fact-changes.ts';

export async function selectFacts(sql: Sql, venue: string): Promise<SymbolFacts[]> {
  return await sql<SymbolFacts[]>`
    select symbol, venue_symbol as "venueSymbol", min_amount as "minAmount", max_amount as "maxAmount",
           market_max_amount as "marketMaxAmount", min_notional as "minNotional", contract_size as "contractSize",
           max_open_orders as "maxOpenOrders", max_conditional_orders as "maxConditionalOrders",
           conditional_scope as "conditionalScope", adapter_market as "adapterMarket"
      from market.fact
     where venue = ${venue}`;
}

export async function upsertFacts(sql: Sql, venue: string, rows: readonly SymbolFacts[]): Promise<void> {
  await sql`
    insert into market.fact (
      venue, symbol, venue_symbol, min_amount, max_amount, market_max_amount, min_notional, contract_size,
      max_open_orders, max_conditional_orders, conditional_scope, adapter_market)
    select ${venue}, r.symbol, r."venueSymbol", r."minAmount", r."maxAmount", r."marketMaxAmount", r."minNotional",
           r."contractSize", r."maxOpenOrders", r."maxConditionalOrders", r."conditionalScope", r."adapterMarket"
      from jsonb_to_recordset(${sql.json(rows as never)}) as r(
             symbol text, "venueSymbol" text, "minAmount" numeric, "maxAmount" numeric, "marketMaxAmount" numeric,
             "minNotional" numeric, "contractSize" numeric, "maxOpenOrders" int, "maxConditionalOrders" int,
             "conditionalScope" text, "adapterMarket" jsonb)
     order by r.symbol
    on conflict (venue, symbol) do update
       set venue_symbol = excluded.venue_symbol,
           min_amount = excluded.min_amount,
           max_amount = excluded.max_amount,
           market_max_amount = excluded.market_max_amount,
           min_notional = excluded.min_notional,
           contract_size = excluded.contract_size,
           max_open_orders = excluded.max_open_orders,
           max_conditional_orders = excluded.max_conditional_orders,
           conditional_scope = excluded.conditional_scope,
           adapter_market = excluded.adapter_market,
           changed_at = now()`;
}

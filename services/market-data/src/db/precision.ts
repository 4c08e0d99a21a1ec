import type { Sql } from '@sluice/service-runtime';
import type { SymbolPrecision } from '../markets/precision-changes.ts';

export async function selectPrecision(sql: Sql, venue: string): Promise<SymbolPrecision[]> {
  return await sql<SymbolPrecision[]>`
    select symbol, price_tick as "priceTick", price_ticks as "priceTicks", amount_step as "amountStep",
           market_amount_step as "marketAmountStep"
      from market.precision
     where venue = ${venue}`;
}

export async function upsertPrecision(sql: Sql, venue: string, rows: readonly SymbolPrecision[]): Promise<void> {
  await sql`
    insert into market.precision (venue, symbol, price_tick, price_ticks, amount_step, market_amount_step)
    select ${venue}, r.symbol, r.price_tick, r.price_ticks::jsonb, r.amount_step, r.market_amount_step
      from unnest(
             ${rows.map((row) => row.symbol)}::text[],
             ${rows.map((row) => row.priceTick)}::numeric[],
             ${rows.map((row) => (row.priceTicks === null ? null : JSON.stringify(row.priceTicks)))}::text[],
             ${rows.map((row) => row.amountStep)}::numeric[],
             ${rows.map((row) => row.marketAmountStep)}::numeric[]
           ) r(symbol, price_tick, price_ticks, amount_step, market_amount_step)
     order by r.symbol
    on conflict (venue, symbol) do update
       set price_tick = excluded.price_tick,
           price_ticks = excluded.price_ticks,
           amount_step = excluded.amount_step,
           market_amount_step = excluded.market_amount_step,
           changed_at = now()`;
}

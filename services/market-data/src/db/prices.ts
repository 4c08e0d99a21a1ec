import type { Ticker } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';

/**
 * Stores prices unless the stored one is newer by the exchange's own time: two replicas may hold answers fetched in
 * one order and written in the other. Answers how many rows it wrote. Rows are locked in one order, so that two
 * writers that overlap after a slow run wait for each other instead of deadlocking.
 */
export async function upsertPrices(sql: Sql, venue: string, tickers: readonly Ticker[]): Promise<number> {
  const { count } = await sql`
    insert into market.last_price as stored (venue, symbol, last, at)
    select ${venue}, r.symbol, r.last, to_timestamp(r.at_ms / 1000.0)
      from unnest(
             ${tickers.map((ticker) => ticker.symbol)}::text[],
             ${tickers.map((ticker) => ticker.last)}::numeric[],
             ${tickers.map((ticker) => ticker.at)}::bigint[]
           ) r(symbol, last, at_ms)
     order by r.symbol
    on conflict (venue, symbol) do update set last = excluded.last, at = excluded.at
     where stored.at < excluded.at or (stored.at = excluded.at and stored.last <> excluded.last)`;
  return count;
}

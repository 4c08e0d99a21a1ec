import type { MarkPrice } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import type { SeenPrice } from '../markets/seen-price.ts';

/**
 * Stores prices unless the stored one is newer by the exchange's own time: two replicas may hold answers fetched in
 * one order and written in the other. Answers how many prices changed. `touch` also notes, where the price did not
 * change, when the exchange was last heard to hold it. Rows are locked in one order, so that two writers that overlap
 * after a slow run wait for each other instead of deadlocking.
 */
export async function upsertPrices(
  sql: Sql,
  venue: string,
  prices: readonly SeenPrice[],
  { touch }: { touch: boolean },
): Promise<number> {
  const [row] = await sql<[{ changed: number }]>`
    with written as (
      insert into market.last_price as stored (venue, symbol, last, at, seen_at)
      select ${venue}, r.symbol, r.last, to_timestamp(r.at_ms / 1000.0), to_timestamp(r.seen_ms / 1000.0)
        from unnest(
               ${prices.map((price) => price.symbol)}::text[],
               ${prices.map((price) => price.last)}::numeric[],
               ${prices.map((price) => price.at)}::bigint[],
               ${prices.map((price) => price.seenAt)}::bigint[]
             ) r(symbol, last, at_ms, seen_ms)
       order by r.symbol
      on conflict (venue, symbol) do update
         set last = case when stored.at <= excluded.at then excluded.last else stored.last end,
             at = greatest(stored.at, excluded.at),
             seen_at = greatest(stored.seen_at, excluded.seen_at)
       where stored.at < excluded.at or (stored.at = excluded.at and stored.last <> excluded.last)
          or (${touch} and stored.seen_at < excluded.seen_at)
      returning old.at is distinct from new.at or old.last is distinct from new.last as changed)
    select count(*) filter (where changed)::int as changed from written`;
  return row.changed;
}

/** The same for mark prices: never an older one over a newer one. Answers how many it wrote. */
export async function upsertMarks(sql: Sql, venue: string, marks: readonly MarkPrice[]): Promise<number> {
  const { count } = await sql`
    insert into market.mark_price as stored (venue, symbol, mark, at)
    select ${venue}, r.symbol, r.mark, to_timestamp(r.at_ms / 1000.0)
      from unnest(
             ${marks.map((price) => price.symbol)}::text[],
             ${marks.map((price) => price.mark)}::numeric[],
             ${marks.map((price) => price.at)}::bigint[]
           ) r(symbol, mark, at_ms)
     order by r.symbol
    on conflict (venue, symbol) do update set mark = excluded.mark, at = excluded.at where stored.at < excluded.at`;
  return count;
}

import type { Sql } from '@sluice/service-runtime';

/** A symbol in use, and since when its price is known to be so; null when there is none. */
export type UsedPrice = { venue: string; symbol: string; seenAt: Date | null };

/** Prices of all symbols with orders or a position, on venues that are in use. */
export async function selectUsedPrices(sql: Sql, venues: readonly string[]): Promise<UsedPrice[]> {
  return await sql<UsedPrice[]>`
    select u.venue, u.symbol, p.seen_at as "seenAt"
      from orders.open_exposure u
      left join market.last_price p on p.venue = u.venue and p.symbol = u.symbol
     where u.venue = any(${venues}::text[])`;
}

/** Notes which prices are too old; answers those that were not before, and those that are not any more. */
export async function noteStalePrices(
  sql: Sql,
  stale: readonly { venue: string; symbol: string }[],
): Promise<{ began: string[]; ended: string[] }> {
  const rows = await sql<{ symbol: string; began: boolean }[]>`
    with stale as (
      select * from unnest(${stale.map((row) => row.venue)}::text[], ${stale.map((row) => row.symbol)}::text[]) s(venue, symbol)),
    ended as (
      delete from market.stale_price p
       where not exists (select from stale s where s.venue = p.venue and s.symbol = p.symbol) returning symbol),
    began as (
      insert into market.stale_price (venue, symbol) select venue, symbol from stale order by venue, symbol
      on conflict do nothing returning symbol)
    select symbol, true as began from began union all select symbol, false from ended order by symbol`;
  return {
    began: rows.filter(({ began }) => began).map(({ symbol }) => symbol),
    ended: rows.filter(({ began }) => !began).map(({ symbol }) => symbol),
  };
}

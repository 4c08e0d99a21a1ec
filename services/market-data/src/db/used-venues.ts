import type { Sql } from '@sluice/service-runtime';

/** Venues with at least one account that was not removed; an inactive account still has live orders to follow. */
export async function selectUsedVenues(sql: Sql): Promise<{ name: string; endpoint: string | null }[]> {
  return await sql<{ name: string; endpoint: string | null }[]>`
    select v.name, v.endpoint
      from config.venue v
     where exists (select from config.account a where a.venue = v.name and a.removed_at is null)
     order by v.name`;
}

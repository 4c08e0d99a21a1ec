import type { Sql } from '@sluice/service-runtime';
import type { Refresh, RefreshKind, UsedVenue } from '../markets/freshness.ts';

export async function selectRefreshes(sql: Sql): Promise<Refresh[]> {
  return await sql<Refresh[]>`select venue, kind, endpoint, read_at as "readAt" from market.refresh`;
}

/** Records that a venue was read to the end at `readAt`, the time the exchange answered. */
export async function upsertRefresh(sql: Sql, venue: UsedVenue, kind: RefreshKind, readAt: Date): Promise<void> {
  await sql`
    insert into market.refresh (venue, kind, endpoint, read_at)
    values (${venue.name}, ${kind}, ${venue.endpoint}, ${readAt})
    on conflict (venue, kind) do update set endpoint = excluded.endpoint, read_at = excluded.read_at`;
}

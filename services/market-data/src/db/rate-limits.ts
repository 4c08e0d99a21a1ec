import type { RateLimit } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';

/** Stores the limits a venue states. One it does not state this time keeps its number: no limit is the worse guess. */
export async function upsertRateLimits(sql: Sql, venue: string, limits: readonly RateLimit[]): Promise<void> {
  if (limits.length === 0) return;
  await sql`
    insert into market.rate_limit as l (venue, kind, window_ms, "limit")
    select ${venue}, kind, window_ms, stated
    from unnest(${limits.map((l) => l.kind)}::text[], ${limits.map((l) => l.windowMs)}::int[],
                ${limits.map((l) => l.limit)}::int[]) r(kind, window_ms, stated)
    order by kind, window_ms
    on conflict (venue, kind, window_ms) do update set "limit" = excluded."limit", changed_at = now()
      where l."limit" <> excluded."limit"`;
}

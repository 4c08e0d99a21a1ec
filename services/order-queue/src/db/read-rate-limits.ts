import type { RateLimit } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';

/** The rate limits the exchanges state, as market-data stored them. */
export async function readRateLimits(sql: Sql): Promise<(RateLimit & { venue: string })[]> {
  return await sql<(RateLimit & { venue: string })[]>`
    select venue, kind, window_ms as "windowMs", "limit" from market.rate_limit
    order by venue, kind, window_ms`;
}

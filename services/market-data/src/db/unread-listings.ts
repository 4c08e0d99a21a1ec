import type { Sql } from '@sluice/service-runtime';

/**
 * Venues with a symbol that began to trade after precision was last read. A symbol that was read and left out for its
 * unusable tick is none, or it would be asked for again for ever.
 */
export async function selectVenuesWithUnreadPrecision(sql: Sql): Promise<Set<string>> {
  const rows = await sql<{ venue: string }[]>`
    select distinct s.venue
      from market.symbol s
      join market.refresh r on r.venue = s.venue and r.kind = 'precision'
     where s.status = 'trading'
       and s.changed_at > r.read_at
       and not exists (select from market.precision p where p.venue = s.venue and p.symbol = s.symbol)`;
  return new Set(rows.map((row) => row.venue));
}

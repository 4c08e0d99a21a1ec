import type { Sql } from '@sluice/service-runtime';

export type VenueLimit = {
  /** What the request weight of the venue's outgoing address is counted under, by all services. */
  scope: string;
  /** The exchange has refused a request from the address for its rate and wants none before; null while it takes them. */
  until: Date | null;
};

export async function readVenueLimit(sql: Sql, venue: string): Promise<VenueLimit> {
  const [limit] = await sql<[VenueLimit]>`
    select s.scope, c.until from config.venue v
    cross join lateral (select 'weight ' || v.name || ' ' || v.egress as scope) s
    left join runtime.rate_closed c on c.scope = s.scope and c.until > statement_timestamp()
    where v.name = ${venue}`;
  return limit;
}

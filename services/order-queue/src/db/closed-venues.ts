import type { Sql, Tx } from '@sluice/service-runtime';

/** Venues that take no orders, and when they open; for people who ask what an order waits for. Nothing is locked that is known. */
export async function noteClosedVenues(tx: Tx, venues: { venue: string; opensAt: number }[]): Promise<void> {
  if (venues.length === 0) return;
  const names = venues.map(({ venue }) => venue);
  const openings = venues.map(({ opensAt }) => new Date(opensAt).toISOString());
  await tx`
    insert into orders.session_closed (venue, opens_at)
    select c.venue, c.opens_at
    from (select distinct * from unnest(${names}::text[], ${openings}::timestamptz[])) c(venue, opens_at)
    where not exists (select from orders.session_closed s where s.venue = c.venue and s.opens_at = c.opens_at)
    order by c.venue
    on conflict (venue) do update set opens_at = excluded.opens_at`;
}

/** What was closed by an earlier configuration may be open by the one that is in force; the plans note it anew where it is not. */
export async function forgetClosedVenues(sql: Sql): Promise<void> {
  await sql`delete from orders.session_closed`;
}

import type { Sql } from '@sluice/service-runtime';

export type StreamNote = {
  state: 'connecting' | 'connected' | 'lost';
  heardAt: Date | null;
  /** Connections made anew since this replica took the stream. */
  reconnects: number;
  reason: string | null;
};

/**
 * Takes or renews the right to listen to a venue's prices for `leaseMs`, and notes how the stream is. False when another
 * replica holds it. `note` is null for one that does not hold it yet.
 */
export async function holdStream(
  sql: Sql,
  venue: string,
  replica: string,
  leaseMs: number,
  note: StreamNote | null,
): Promise<boolean> {
  const { state, heardAt, reconnects, reason } = note ?? {
    state: 'connecting',
    heardAt: null,
    reconnects: 0,
    reason: null,
  };
  const { count } = await sql`
    insert into market.price_stream as s (venue, owner, lease_until, state)
    values (${venue}, ${replica}, clock_timestamp() + ${leaseMs} * interval '1 ms', ${state})
    on conflict (venue) do update
       set owner = excluded.owner, lease_until = excluded.lease_until, state = excluded.state,
           taken_at = case when s.owner = excluded.owner then s.taken_at else clock_timestamp() end,
           heard_at = coalesce(${heardAt}, s.heard_at),
           reconnects = s.reconnects + ${reconnects}, reason = coalesce(${reason}, s.reason)
     where s.owner = excluded.owner or s.owner is null or s.lease_until < clock_timestamp()`;
  return count > 0;
}

/** Leaves the stream to whoever asks next. */
export async function releaseStream(sql: Sql, venue: string, replica: string): Promise<void> {
  await sql`
    update market.price_stream set owner = null, lease_until = clock_timestamp(), state = 'released'
     where venue = ${venue} and owner = ${replica}`;
}

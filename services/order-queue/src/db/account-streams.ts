import type { Sql } from '@sluice/service-runtime';

/** What a process says of the stream of one account; times in ms since the epoch. */
export type StreamFacts = {
  account: string;
  state: 'connecting' | 'connected' | 'lost';
  connectedSince: number | null;
  heardAt: number | null;
  eventAt: number | null;
  /** Connections made anew since this was last written. */
  reconnects: number;
  reason: string | null;
};

/** `askedToReconnect`: somebody has found the stream silent although its owner holds it for connected. */
export type HeldStream = { account: string; takenFrom: string | null; isNew: boolean; askedToReconnect: boolean };

/**
 * Renews the leases this process holds and takes those that are free or have run out; answers which it holds now. A
 * lease and no session lock: that would stay with a process that is frozen for as long as its connection lives.
 */
export async function holdStreams(
  sql: Sql,
  replica: string,
  streams: StreamFacts[],
  leaseMs: number,
): Promise<HeldStream[]> {
  if (streams.length === 0) return [];
  const rows = streams.map((stream) => ({
    account: stream.account,
    state: stream.state,
    connected_since: isoOrNull(stream.connectedSince),
    heard_at: isoOrNull(stream.heardAt),
    event_at: isoOrNull(stream.eventAt),
    reconnects: stream.reconnects,
    reason: stream.reason,
  }));
  // A lease that is lost with the server is taken again, so its renewal does not wait for the disk.
  return await sql<HeldStream[]>`
    with setting as materialized (select set_config('synchronous_commit', 'off', true)),
    given as (
      select r.* from setting, jsonb_to_recordset(${sql.json(rows)}) r(account text, state text, connected_since timestamptz,
        heard_at timestamptz, event_at timestamptz, reconnects bigint, reason text)),
    before as (select s.account, s.owner, s.state from orders.account_stream s join given on given.account = s.account),
    held as (
      insert into orders.account_stream as s (account, owner, lease_until, state, connected_since, heard_at, event_at, reconnects, reason)
      select account, ${replica}, clock_timestamp() + ${leaseMs} * interval '1 ms', state, connected_since, heard_at, event_at,
        reconnects, reason
      from given order by account
      on conflict (account) do update set
        owner = excluded.owner, lease_until = excluded.lease_until, state = excluded.state,
        taken_at = case when s.owner = excluded.owner then s.taken_at else clock_timestamp() end,
        connected_since = excluded.connected_since, heard_at = excluded.heard_at,
        event_at = coalesce(excluded.event_at, s.event_at), reconnects = s.reconnects + excluded.reconnects,
        reason = coalesce(excluded.reason, s.reason)
      where s.owner = excluded.owner or s.owner is null or s.lease_until < clock_timestamp()
      returning account)
    select held.account, before.owner as "takenFrom", before.owner is distinct from ${replica} as "isNew",
      coalesce(before.owner = ${replica} and before.state = 'lost' and given.state = 'connected', false) as "askedToReconnect"
    from held join given on given.account = held.account left join before on before.account = held.account
    order by held.account`;
}

/** Gives leases back, so that another process may take them at once. */
export async function releaseStreams(sql: Sql, replica: string, accounts: string[]): Promise<void> {
  if (accounts.length === 0) return;
  await sql`
    update orders.account_stream
    set owner = null, lease_until = clock_timestamp(), state = 'released', connected_since = null
    where owner = ${replica} and account = any(${accounts}::text[])`;
}

export type StreamHealth = {
  account: string;
  owner: string | null;
  /** Some process holds the lease. */
  held: boolean;
  connected: boolean;
  /** Since a frame of any kind was heard; null where none was. */
  quietSeconds: number | null;
  reconnects: number;
  reason: string | null;
};

/** The streams of some accounts as their owners last described them; one nobody ever watched is not among them. */
export async function readStreamHealth(sql: Sql, accounts: string[]): Promise<StreamHealth[]> {
  return await sql<StreamHealth[]>`
    select account, owner, owner is not null and lease_until > clock_timestamp() as held, state = 'connected' as connected,
      extract(epoch from clock_timestamp() - heard_at)::float as "quietSeconds", reconnects, reason
    from orders.account_stream where account = any(${accounts}::text[]) order by account`;
}

/** Has the owner of a stream make its connection anew: it sees at its next renewal that its own word was changed. */
export async function askToReconnect(sql: Sql, account: string, reason: string): Promise<void> {
  await sql`
    update orders.account_stream set state = 'lost', reason = ${reason} where account = ${account} and state = 'connected'`;
}

function isoOrNull(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

import type { Sql } from '@sluice/service-runtime';

export type StoredToken = { sealed: Buffer; sealingKey: string; issuedAt: Date; expiresAt: Date };

/** The token as it stands; `wait` says in how many ms at the earliest the venue may be asked for one, 0 for now. */
export async function readToken(
  sql: Sql,
  app: string,
  everyMs: number,
): Promise<{ token: StoredToken | null; waitMs: number }> {
  const [row] = await sql<(StoredToken & { waitMs: number })[]>`
    select sealed, sealing_key as "sealingKey", issued_at as "issuedAt", expires_at as "expiresAt",
      greatest(0, coalesce(${everyMs} - extract(epoch from clock_timestamp() - asked_at) * 1000, 0))::float8 as "waitMs"
    from orders.access_token where app = ${app}`;
  if (row === undefined) return { token: null, waitMs: 0 };
  const { waitMs, ...token } = row;
  return { token: token.sealed === null ? null : token, waitMs };
}

/**
 * Takes the right to ask the venue for a token: false where another replica is asking, where the last time is too short
 * ago, or where there is by now another token than the one the caller wants to replace (its time of issue, null for none).
 * The row is locked by the update, so of several callers one gets it.
 */
export async function claimIssue(
  sql: Sql,
  app: string,
  { everyMs, answerMs, replaces }: { everyMs: number; answerMs: number; replaces: Date | null },
): Promise<boolean> {
  const rows = await sql`
    insert into orders.access_token as t (app, asked_at, asking_until)
    values (${app}, clock_timestamp(), clock_timestamp() + ${answerMs} * interval '1 ms')
    on conflict (app) do update set asked_at = excluded.asked_at, asking_until = excluded.asking_until
    where (t.asking_until is null or t.asking_until < clock_timestamp())
      and (t.asked_at is null or t.asked_at <= clock_timestamp() - ${everyMs} * interval '1 ms')
      and t.issued_at is not distinct from ${replaces}
    returning 1`;
  return rows.length > 0;
}

export async function writeToken(sql: Sql, app: string, token: StoredToken & { hash: string }): Promise<void> {
  await sql`
    update orders.access_token
    set sealed = ${token.sealed}, sealing_key = ${token.sealingKey}, token_hash = ${token.hash},
      issued_at = ${token.issuedAt}, expires_at = ${token.expiresAt}, asking_until = null
    where app = ${app}`;
}

/** The venue gave none: others need not wait for the answer. */
export async function endIssue(sql: Sql, app: string): Promise<void> {
  await sql`update orders.access_token set asking_until = null where app = ${app}`;
}

/** Gives up a token the venue has refused. False where it is not the one that stands, or was given up before. */
export async function dropToken(sql: Sql, app: string, hash: string): Promise<boolean> {
  const rows = await sql`
    update orders.access_token
    set sealed = null, sealing_key = null, token_hash = null, issued_at = null, expires_at = null, dropped_hash = ${hash}
    where app = ${app} and token_hash = ${hash} and dropped_hash is distinct from ${hash}
    returning 1`;
  return rows.length > 0;
}

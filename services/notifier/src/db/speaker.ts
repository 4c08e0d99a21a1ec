import type { SqlOrTx } from '@sluice/service-runtime';

/**
 * Takes the right to speak to Telegram or renews it; null while another process holds it. A lease and no session lock:
 * that would stay with a process that is frozen for as long as its connection lives.
 */
export async function holdSpeaker(
  sql: SqlOrTx,
  replica: string,
  leaseMs: number,
): Promise<{ awaySince: Date | null } | null> {
  const [row] = await sql<{ awaySince: Date | null }[]>`
    with setting as materialized (select set_config('synchronous_commit', 'off', true))
    update notifier.speaker set replica = ${replica}, lease_until = clock_timestamp() + ${leaseMs} * interval '1 ms'
      from setting
     where replica = ${replica} or replica is null or lease_until < clock_timestamp()
    returning away_since as "awaySince"`;
  return row ?? null;
}

export async function releaseSpeaker(sql: SqlOrTx, replica: string): Promise<void> {
  await sql`
    update notifier.speaker set replica = null, lease_until = clock_timestamp() where replica = ${replica}`;
}

/** Whether this process still holds it; nobody else can take it before the transaction ends. */
export async function assertSpeaker(tx: SqlOrTx, replica: string): Promise<boolean> {
  const [row] = await tx`
    select from notifier.speaker where replica = ${replica} and lease_until > clock_timestamp() for share`;
  return row !== undefined;
}

/** Notes that Telegram is gone; false when that is known. */
export async function noteGone(sql: SqlOrTx): Promise<boolean> {
  const { count } = await sql`update notifier.speaker set away_since = clock_timestamp() where away_since is null`;
  return count > 0;
}

/** Notes that Telegram is back and answers since when it was away; null when it was not. */
export async function noteBack(sql: SqlOrTx): Promise<Date | null> {
  const [row] = await sql<{ since: Date }[]>`
    update notifier.speaker s set away_since = null from notifier.speaker before
     where s.away_since is not null returning before.away_since as since`;
  return row?.since ?? null;
}

import type { Sql, Tx } from '@sluice/service-runtime';

export type Backlog = { duePairs: number; dueRetries: number; oldestSeconds: number };

/** Due work that is not getting done: pairs and retries that are due, and for how long the oldest has been. */
export async function readBacklog(sql: Sql): Promise<Backlog> {
  const rows = await sql<Backlog[]>`
    select count(*)::int as "duePairs",
      (select count(*)::int from orders.attempt where action is not null and due_at < clock_timestamp() - interval '1 second') as "dueRetries",
      coalesce(extract(epoch from clock_timestamp() - min(greatest(due_at, since))), 0)::float as "oldestSeconds"
    from orders.rebalance_due where due_at <= clock_timestamp()`;
  return rows[0]!;
}

export type ProcessMemory = { subject: string; share: number };

/** Resident memory of every live process as a share of its limit. */
export async function readMemory(sql: Sql): Promise<ProcessMemory[]> {
  return await sql<ProcessMemory[]>`
    select service || ' ' || replica as subject, memory_rss::float / nullif(memory_limit, 0) as share
    from runtime.heartbeat where beat_at > clock_timestamp() - interval '15 seconds' and memory_limit > 0`;
}

/** Those of some kinds: whoever watches for a kind ends its warnings, and no others. */
export async function readStandingWarnings<Kind extends string>(
  sql: Sql,
  kinds: readonly Kind[],
): Promise<{ kind: Kind; subject: string }[]> {
  return await sql<{ kind: Kind; subject: string }[]>`
    select kind, subject from orders.standing_warning where kind = any(${kinds as Kind[]}::text[])`;
}

/** True when this call began the warning; false when it stood already. */
export async function beginWarning(tx: Tx, kind: string, subject: string, detail: string): Promise<boolean> {
  const result = await tx`
    insert into orders.standing_warning (kind, subject, detail) values (${kind}, ${subject}, ${detail}) on conflict do nothing`;
  return result.count > 0;
}

/** True when this call ended the warning. */
export async function endWarning(tx: Tx, kind: string, subject: string): Promise<boolean> {
  const result = await tx`delete from orders.standing_warning where kind = ${kind} and subject = ${subject}`;
  return result.count > 0;
}

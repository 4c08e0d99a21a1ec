import type { Sql } from '@sluice/service-runtime';

export type QueueDepth = {
  /** Orders that hold a place on the exchange, or may. */
  open: number;
  pending: number;
  /** Pairs that are due, and for how long the oldest has been. */
  due: number;
  dueSeconds: number;
};

/**
 * How deep the queue is. With `onlyIfFirst`, undefined unless that is the first of the live replicas by name: every
 * replica asks, and one is answered.
 */
export async function readQueueDepth(sql: Sql, onlyIfFirst: string): Promise<QueueDepth | undefined>;
export async function readQueueDepth(sql: Sql): Promise<QueueDepth>;
export async function readQueueDepth(sql: Sql, onlyIfFirst: string | null = null): Promise<QueueDepth | undefined> {
  const [row] = await sql<QueueDepth[]>`
    select
      (select count(*)::int from orders.entry where status in
        ('submitting', 'open', 'cancelling', 'unresolved_place', 'unresolved_cancel', 'triggered')) as open,
      (select count(*)::int from orders.entry where status = 'pending') as pending,
      due.pairs as due, due.seconds as "dueSeconds"
    from (
      select count(*)::int as pairs,
        coalesce(round(extract(epoch from clock_timestamp() - min(greatest(due_at, since)))), 0)::int as seconds
      from orders.rebalance_due where due_at <= clock_timestamp()) due
    where ${onlyIfFirst}::text is null or ${onlyIfFirst} = (
      select min(replica) from runtime.heartbeat
      where service = 'order-queue' and beat_at > clock_timestamp() - interval '15 seconds')`;
  return row;
}

import type { DeletedBatch, Sql } from '@sluice/service-runtime';

type Batch = { deleted: number; last: string | null; looked: number; old: number };

/**
 * Deletes what is stored of alerts besides their orders (answers, cancels, denials, verdicts) once the receipt is gone.
 * Not before: while there is a receipt without an answer, the answer would be composed anew. Counts alerts.
 */
export async function deleteAlerts(sql: Sql, days: number, limit: number, after: string | null): Promise<DeletedBatch> {
  const [at, id] = after?.split(' / ') ?? ['-infinity', ''];
  const [batch] = await sql<[Batch]>`
    with old as materialized (
      select alert_id, completed_at from orders.alert_answer
      where (completed_at, alert_id) > (${at!}::text::timestamptz, ${id!}) and completed_at < now() - ${days} * interval '1 day'
      order by completed_at, alert_id limit ${limit}),
    done as materialized (
      select o.alert_id from old o where not exists (select from gateway.alert_to_plan r where r.id = o.alert_id)),
    cancels as (delete from orders.cancel_request where alert_id in (select alert_id from done)),
    denials as (delete from orders.denied_order where alert_id in (select alert_id from done)),
    accounts as (delete from orders.alert_account where alert_id in (select alert_id from done)),
    answers as (delete from orders.alert_answer where alert_id in (select alert_id from done) returning 1)
    select (select count(*)::int from answers) as deleted, count(*)::int as looked, 0 as old,
      (select o.completed_at::text || ' / ' || o.alert_id from old o order by o.completed_at desc, o.alert_id desc limit 1) as last
    from old`;
  return { deleted: batch.deleted, next: batch.looked < limit ? null : batch.last };
}

/**
 * Deletes orders that ended more than `days` ago without any execution and whose alert has no receipt any more, with
 * their attempts and events. Orders that executed something stay for good: positions and results are folded from their
 * fills. One that a recording transaction holds is left for the next time, so nobody waits for this.
 */
export async function deleteOrders(sql: Sql, days: number, limit: number, after: string | null): Promise<DeletedBatch> {
  const [batch] = await sql<[Batch]>`
    with looked as materialized (
      select e.id, e.created_at < now() - ${days} * interval '1 day' as old from orders.entry e
      where e.id > ${after ?? '0'}::text::bigint order by e.id limit ${limit}),
    done as materialized (
      select e.id from orders.entry e
      where e.id in (select id from looked where old)
        and e.status in ('cancelled', 'rejected', 'failed', 'expired')
        and e.ended_at < now() - ${days} * interval '1 day'
        and e.executed = 0
        and not exists (select from orders.fill f where f.order_id = e.id)
        and not exists (
          select from orders.attempt a where a.order_id = e.id and (a.executed > 0 or a.action is not null))
        and not exists (select from gateway.alert_to_plan r where r.id = e.alert_id)
      order by e.id for update skip locked),
    events as (delete from orders.event where order_id in (select id from done)),
    attempts as (delete from orders.attempt where order_id in (select id from done)),
    orders as (delete from orders.entry where id in (select id from done) returning 1)
    select (select count(*)::int from orders) as deleted, count(*)::int as looked,
      (count(*) filter (where old))::int as old, max(id)::text as last
    from looked`;
  return { deleted: batch.deleted, next: batch.looked < limit || batch.old === 0 ? null : batch.last };
}

/**
 * Deletes events older than `days` of orders that ended that long ago: what is told of an order is whole, or it is gone.
 * Event ids rise with time.
 */
export async function deleteEvents(sql: Sql, days: number, limit: number, after: string | null): Promise<DeletedBatch> {
  const [batch] = await sql<[Batch]>`
    with looked as materialized (
      select v.id, v.order_id, v.at < now() - ${days} * interval '1 day' as old from orders.event v
      where v.id > ${after ?? '0'}::text::bigint order by v.id limit ${limit}),
    gone as (
      delete from orders.event where id in (
        select l.id from looked l left join orders.entry e on e.id = l.order_id
        where l.old and (e.id is null or e.ended_at < now() - ${days} * interval '1 day'))
      returning 1)
    select (select count(*)::int from gone) as deleted, count(*)::int as looked,
      (count(*) filter (where old))::int as old, max(id)::text as last
    from looked`;
  return { deleted: batch.deleted, next: batch.looked < limit || batch.old === 0 ? null : batch.last };
}

/** Deletes learnt caps that ended. */
export async function deleteEndedCaps(sql: Sql): Promise<DeletedBatch> {
  const { count } = await sql`delete from orders.learnt_cap where until < now() - interval '1 day'`;
  return { deleted: count, next: null };
}

/**
 * Adds the totals of processes that are gone to one row, so that a row is not left behind by every restart. One that is
 * only thought gone adds to a new row of its own. Counts rows folded.
 */
export async function foldTotals(sql: Sql): Promise<DeletedBatch> {
  const [folded] = await sql<[{ count: number }]>`
    with gone as (
      delete from orders.rebalance_total t
      where t.replica <> '' and not exists (select from runtime.heartbeat h where h.replica = t.replica)
      returning *),
    kept as (
      insert into orders.rebalance_total as t (replica, rebalances, cancelled, executed, duration_ms)
      select '', sum(rebalances), sum(cancelled), sum(executed), sum(duration_ms) from gone having count(*) > 0
      on conflict (replica) do update set rebalances = t.rebalances + excluded.rebalances,
        cancelled = t.cancelled + excluded.cancelled, executed = t.executed + excluded.executed,
        duration_ms = t.duration_ms + excluded.duration_ms)
    select count(*)::int as count from gone`;
  return { deleted: folded.count, next: null };
}

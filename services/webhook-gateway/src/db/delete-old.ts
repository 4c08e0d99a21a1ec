import type { DeletedBatch, Sql } from '@sluice/service-runtime';

type Batch = { deleted: number; last: string | null; looked: number };

/**
 * Deletes receipts older than `days` whose alert is at rest, each with its resends. One that was never answered, has an
 * order alive or was resent lately stays. `after` is the time and id of the last receipt looked at.
 */
export async function deleteReceipts(
  sql: Sql,
  days: number,
  limit: number,
  after: string | null,
): Promise<DeletedBatch> {
  const [at, id] = after?.split(' / ') ?? ['-infinity', ''];
  const [batch] = await sql<[Batch]>`
    with age as (select now() - ${days} * interval '1 day' as cutoff),
    old as materialized (
      select r.id, r.arrival, r.received_at from gateway.receipt r, age
      where r.duplicate_of is null and (r.received_at, r.id) > (${at!}::text::timestamptz, ${id!}) and r.received_at < age.cutoff
      order by r.received_at, r.id limit ${limit}),
    resent as materialized (
      select d.id, d.duplicate_of, d.received_at from old o join gateway.receipt d on d.duplicate_of = o.id),
    done as materialized (
      select o.id from old o, age
      where (o.arrival is null or exists (select from orders.alert_at_rest a where a.alert_id = o.id))
        and not exists (select from resent d where d.duplicate_of = o.id and d.received_at >= age.cutoff)),
    gone as (
      delete from gateway.receipt r
      where r.id in (select id from done union all select d.id from resent d join done on d.duplicate_of = done.id)
      returning 1)
    select (select count(*)::int from gone) as deleted, count(*)::int as looked,
      (select o.received_at::text || ' / ' || o.id from old o order by o.received_at desc, o.id desc limit 1) as last
    from old`;
  return { deleted: batch.deleted, next: batch.looked < limit ? null : batch.last };
}

/** Deletes dead letters older than `days`; their ids rise with time. */
export async function deleteDeadLetters(
  sql: Sql,
  days: number,
  limit: number,
  after: string | null,
): Promise<DeletedBatch> {
  const [batch] = await sql<[Batch]>`
    with old as (
      select id from (select id, received_at from gateway.dead_letter where id > ${after ?? '0'}::text::bigint
                      order by id limit ${limit}) oldest
      where received_at < now() - ${days} * interval '1 day'),
    gone as (delete from gateway.dead_letter d using old where d.id = old.id returning d.id)
    select count(*)::int as deleted, max(id)::text as last, count(*)::int as looked from gone`;
  return { deleted: batch.deleted, next: batch.deleted < limit ? null : batch.last };
}

/** Deletes the hourly counts of dead letters older than `days`: a handful a day, in one statement. */
export async function deleteDeadLetterHours(sql: Sql, days: number): Promise<DeletedBatch> {
  const { count } = await sql`delete from gateway.dead_letter_hour where hour < now() - ${days} * interval '1 day'`;
  return { deleted: count, next: null };
}

/** Deletes records of job runs older than `days`. What a job did last stays in its state. */
export async function deleteJobRuns(sql: Sql, days: number, limit: number): Promise<DeletedBatch> {
  const { count } = await sql`
    delete from runtime.job_run where id in (
      select id from runtime.job_run where started_at < now() - ${days} * interval '1 day'
      order by started_at limit ${limit})`;
  return { deleted: count, next: count < limit ? null : 'oldest' };
}

/** Deletes live events of job runs older than `days`; their ids rise with time. */
export async function deleteJobEvents(sql: Sql, days: number, limit: number): Promise<DeletedBatch> {
  const { count } = await sql`
    delete from runtime.job_event where id in (
      select id from (select id, at from runtime.job_event order by id limit ${limit}) oldest
      where at < now() - ${days} * interval '1 day')`;
  return { deleted: count, next: count < limit ? null : 'oldest' };
}

import type { DeletedBatch, Sql } from '@sluice/service-runtime';

/** Deletes messages older than `days`: those that have been told, and those nobody could be told of all that time. */
export async function deleteMessages(sql: Sql, days: number, limit: number): Promise<DeletedBatch> {
  const { count } = await sql`
    delete from notifier.message where id in (
      select m.id from notifier.message m left join notifier.post p on p.id = m.post_id
       where m.stored_at < now() - ${days} * interval '1 day'
         and (m.post_id is null or p.state in ('sent', 'dead') and p.ended_at < now() - ${days} * interval '1 day')
       order by m.stored_at limit ${limit})`;
  return { deleted: count, next: count < limit ? null : 'oldest' };
}

/** Deletes posts, dead letters with them, whose messages are gone. */
export async function deletePosts(sql: Sql, days: number, limit: number): Promise<DeletedBatch> {
  const { count } = await sql`
    delete from notifier.post where id in (
      select p.id from notifier.post p
       where p.state <> 'open' and p.ended_at < now() - ${days} * interval '1 day'
         and not exists (select from notifier.message m where m.post_id = p.id)
       order by p.id limit ${limit})`;
  return { deleted: count, next: count < limit ? null : 'oldest' };
}

/** Deletes when chats were told of incidents that have been quiet for a day; after an hour they are news again anyway. */
export async function deleteQuietIncidents(sql: Sql): Promise<DeletedBatch> {
  const { count } = await sql`delete from notifier.incident where last_at < now() - interval '1 day'`;
  return { deleted: count, next: null };
}

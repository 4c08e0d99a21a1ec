import type { Sql } from '../postgres/connect-postgres.ts';

export type RunStart = { jobId: string; slot: Date | undefined; replica: string; startedAt: Date };

/** Tells whoever follows jobs live that a run has begun. Without waiting for the disk, as the record of its end. */
export async function recordRunStart(sql: Sql, { jobId, slot, replica, startedAt }: RunStart): Promise<void> {
  await sql`
    with setting as materialized (select set_config('synchronous_commit', 'off', true))
    insert into runtime.job_event (at, kind, job_id, slot, replica, started_at)
    select ${startedAt}::timestamptz, 'started', ${jobId}, ${slot ?? null}::timestamptz, ${replica}, ${startedAt}::timestamptz
    from setting`;
}

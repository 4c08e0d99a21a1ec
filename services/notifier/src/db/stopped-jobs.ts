import type { SqlOrTx } from '@sluice/service-runtime';

export type JobSeen = {
  id: string;
  /** When the schedule in force began; null for a job no process has ever scheduled. */
  since: Date | null;
  /** The last time it was given to a process or ran. */
  lastRun: Date | null;
};

/** What is known of every job's runs, over all services. */
export async function readJobsSeen(sql: SqlOrTx): Promise<JobSeen[]> {
  return await sql<JobSeen[]>`
    select job_id as id, s.since, greatest(s.taken_at, j.last_started_at) as "lastRun"
      from runtime.job_schedule s full join runtime.job_state j using (job_id)`;
}

export async function readToldJobs(sql: SqlOrTx): Promise<string[]> {
  const rows = await sql<{ job: string }[]>`select job from notifier.stopped_job`;
  return rows.map(({ job }) => job);
}

/** Notes that people are told of a stopped job; false when they have been. */
export async function noteStopped(sql: SqlOrTx, job: string, lastRun: Date | null): Promise<boolean> {
  const { count } = await sql`
    insert into notifier.stopped_job (job, last_run) values (${job}, ${lastRun}) on conflict do nothing`;
  return count > 0;
}

/** Notes that the job runs again; false when nobody was told that it does not. */
export async function noteRunning(sql: SqlOrTx, job: string): Promise<boolean> {
  const { count } = await sql`delete from notifier.stopped_job where job = ${job}`;
  return count > 0;
}

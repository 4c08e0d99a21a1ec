import { cronExpression, type JobDefinition, scheduleText } from '@sluice/contracts';
import type { PgBoss } from 'pg-boss';
import type { Sql, Tx } from '../postgres/connect-postgres.ts';
import { withTransaction } from '../postgres/with-transaction.ts';
import { bossDb } from './boss-db.ts';
import { isCaughtUp, jobOptions, jobQueueName } from './create-queues.ts';
import { type JobSchedules, readSchedules } from './read-schedules.ts';

/** Whoever writes schedules takes this lock first and reads the configuration after it. The number says nothing else. */
const SCHEDULE_LOCK = 7_305_014;

export type SyncOptions = {
  sql: Sql;
  boss: PgBoss;
  catalogue: readonly JobDefinition[];
  /**
   * Also removes what the catalogue does not name. At start only: after it, an old version that is still up would take
   * away the jobs of a newer one.
   */
  removeOthers: boolean;
};

/**
 * Makes the schedules in the database equal to the catalogue with what is configured, and returns them. The last to
 * write has read last, because the lock comes first: a replica that starts while the configuration changes cannot put
 * the old schedule back.
 */
export async function syncSchedules({ sql, boss, catalogue, removeOthers }: SyncOptions): Promise<JobSchedules> {
  return await withTransaction(sql, async (tx) => {
    await tx`select pg_advisory_xact_lock(${SCHEDULE_LOCK})`;
    const schedules = await readSchedules(tx, catalogue);
    const running = schedules.jobs.filter((job) => !job.planned);
    await writeSchedules(tx, running, schedules.timeZone, removeOthers);
    await writeCronSchedules(tx, boss, running, schedules.timeZone, removeOthers);
    return schedules;
  });
}

async function writeSchedules(tx: Tx, jobs: readonly JobDefinition[], timeZone: string, removeOthers: boolean) {
  const rows = jobs.map(({ id, trigger }) => ({ id, schedule: scheduleText({ trigger, timeZone }) }));
  await tx`
    insert into runtime.job_schedule as known (job_id, schedule, since)
    select id, schedule, clock_timestamp() from jsonb_to_recordset(${tx.json(rows)}) as r (id text, schedule text)
    on conflict (job_id) do update set schedule = excluded.schedule, since = excluded.since
     where known.schedule <> excluded.schedule`;
  if (removeOthers) await tx`delete from runtime.job_schedule where job_id <> all (${rows.map(({ id }) => id)})`;
}

/** pg-boss sends what no replica ticked: the run of a day on which nobody was up. */
async function writeCronSchedules(
  tx: Tx,
  boss: PgBoss,
  jobs: readonly JobDefinition[],
  timeZone: string,
  removeOthers: boolean,
): Promise<void> {
  const db = bossDb(tx);
  const stored = new Map((await boss.getSchedules()).map((schedule) => [schedule.name, schedule]));
  for (const job of jobs) {
    const name = jobQueueName(job.id);
    const before = stored.get(name);
    stored.delete(name);
    if (job.trigger.kind === 'interval') {
      if (before) await boss.unschedule(name, before.key, { db });
      continue;
    }
    const cron = cronExpression(job.trigger);
    if (before?.cron === cron && before.timezone === timeZone) continue;
    // A daily job that was due while nobody was up is caught up once; the next run of an hourly one is soon enough.
    const missed = isCaughtUp(job) ? 'once' : 'skip';
    await boss.schedule(name, cron, {}, { ...jobOptions(job), tz: timeZone, missed, db });
  }
  if (!removeOthers) return;
  for (const { name, key } of stored.values()) {
    if (name.startsWith(jobQueueName(''))) await boss.unschedule(name, key, { db });
  }
}

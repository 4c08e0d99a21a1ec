import { cronExpression, type JobDefinition, scheduleText } from '@sluice/contracts';
import type { PgBoss } from 'pg-boss';
import type { Sql, SqlOrTx, Tx } from '../postgres/connect-postgres.ts';
import { withTransaction } from '../postgres/with-transaction.ts';
import { bossDb } from './boss-db.ts';
import { isCaughtUp, jobOptions, jobQueueName } from './create-queues.ts';
import { type JobSchedules, readSchedules } from './read-schedules.ts';

/** Whoever writes schedules takes this lock first and reads the configuration after it. The number says nothing else. */
const SCHEDULE_LOCK = 7_305_014;
/** Nine processes that start at once wait for each other here, and a gateway's own limit for a statement is 1.4 s. */
const LOCK_WITHIN = '30s';

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

/** What is to be written, by name: the schedules in force, and those of them the queue has to know. */
type Wanted = { inForce: Map<string, string>; cron: Map<string, { job: JobDefinition; cron: string }> };
type Written = { inForce: Map<string, string>; cron: Map<string, { cron: string; timezone: string; key: string }> };

/**
 * Makes the schedules in the database equal to the catalogue with what is configured, and returns them. The last to
 * write has read last, because the lock comes first: a replica that starts while the configuration changes cannot put
 * the old schedule back. Who finds everything as it should be takes no lock.
 */
export async function syncSchedules({ sql, boss, catalogue, removeOthers }: SyncOptions): Promise<JobSchedules> {
  const found = await readSchedules(sql, catalogue);
  if (isWritten(found, await readWritten(sql), removeOthers)) return found;
  return await withTransaction(sql, async (tx) => {
    await tx`select set_config('statement_timeout', ${LOCK_WITHIN}, true)`;
    await tx`select pg_advisory_xact_lock(${SCHEDULE_LOCK})`;
    const schedules = await readSchedules(tx, catalogue);
    const written = await readWritten(tx);
    if (!isWritten(schedules, written, removeOthers)) await write(tx, boss, schedules, written, removeOthers);
    return schedules;
  });
}

function wantedOf({ jobs, timeZone }: JobSchedules): Wanted {
  const running = jobs.filter((job) => !job.planned);
  return {
    inForce: new Map(running.map(({ id, trigger }) => [id, scheduleText({ trigger, timeZone })])),
    cron: new Map(
      running.flatMap((job) =>
        job.trigger.kind === 'cron'
          ? [[jobQueueName(job.id), { job, cron: cronExpression(job.trigger) }] as const]
          : [],
      ),
    ),
  };
}

async function readWritten(sql: SqlOrTx): Promise<Written> {
  const [inForce, cron] = await Promise.all([
    sql<{ id: string; schedule: string }[]>`select job_id as id, schedule from runtime.job_schedule`,
    sql<{ name: string; key: string; cron: string; timezone: string }[]>`
      select name, coalesce(key, '') as key, cron, timezone from pgboss.schedule
       where starts_with(name, ${jobQueueName('')})`,
  ]);
  return {
    inForce: new Map(inForce.map(({ id, schedule }) => [id, schedule])),
    cron: new Map(cron.map((row) => [row.name, row])),
  };
}

function isWritten(schedules: JobSchedules, written: Written, removeOthers: boolean): boolean {
  const { inForce, cron } = wantedOf(schedules);
  const same =
    [...inForce].every(([id, schedule]) => written.inForce.get(id) === schedule) &&
    [...cron].every(([name, wanted]) => isSame(wanted.cron, schedules.timeZone, written.cron.get(name)));
  // A job that is given an interval leaves the queue's list, whoever looks.
  const intervals = [...inForce.keys()].map(jobQueueName).filter((name) => !cron.has(name));
  if (!same || intervals.some((name) => written.cron.has(name))) return false;
  return !removeOthers || (written.inForce.size === inForce.size && written.cron.size === cron.size);
}

function isSame(cron: string, timeZone: string, written: { cron: string; timezone: string } | undefined): boolean {
  return written?.cron === cron && written.timezone === timeZone;
}

async function write(
  tx: Tx,
  boss: PgBoss,
  schedules: JobSchedules,
  written: Written,
  removeOthers: boolean,
): Promise<void> {
  const { inForce, cron } = wantedOf(schedules);
  await upsertInForce(tx, inForce);
  if (removeOthers) await tx`delete from runtime.job_schedule where job_id <> all (${[...inForce.keys()]})`;
  const db = bossDb(tx);
  for (const [name, wanted] of cron) {
    if (isSame(wanted.cron, schedules.timeZone, written.cron.get(name))) continue;
    // A daily job that was due while nobody was up is caught up once; the next run of an hourly one is soon enough.
    const missed = isCaughtUp(wanted.job) ? 'once' : 'skip';
    const options = { ...jobOptions(wanted.job), tz: schedules.timeZone, missed, db } as const;
    await boss.schedule(name, wanted.cron, {}, options);
  }
  for (const [name, { key }] of written.cron) {
    const known = inForce.has(name.slice(jobQueueName('').length));
    if (!cron.has(name) && (known || removeOthers)) await boss.unschedule(name, key, { db });
  }
}

async function upsertInForce(tx: Tx, inForce: ReadonlyMap<string, string>): Promise<void> {
  const rows = [...inForce].map(([id, schedule]) => ({ id, schedule }));
  await tx`
    insert into runtime.job_schedule as known (job_id, schedule, since)
    select id, schedule, clock_timestamp() from jsonb_to_recordset(${tx.json(rows)}) as r (id text, schedule text)
    on conflict (job_id) do update set schedule = excluded.schedule, since = excluded.since
     where known.schedule <> excluded.schedule`;
}

import type { JobDefinition } from '@sluice/contracts';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import type { Sql } from '../postgres/connect-postgres.ts';
import { jobQueueName } from './create-queues.ts';
import { DatabaseClock } from './database-clock.ts';
import { type JobCounters, JobWorker } from './job-worker.ts';
import type { JobHandler } from './run-job.ts';
import { removeStaleSchedules } from './stale-schedules.ts';

export type JobsOptions = {
  boss: PgBoss;
  sql: Sql;
  service: string;
  replica: string;
  /** All jobs of the installation, not only this service's: what is not in it loses its schedule. */
  catalogue: readonly JobDefinition[];
  /** By job id, one for each job of the service that is not planned. */
  handlers: Readonly<Record<string, JobHandler>>;
  /** Where cron triggers are read, an IANA name. */
  timeZone: string;
};

export type JobRunner = {
  /** What this process ran since its start, by job id. */
  counters(): Record<string, JobCounters>;
  /**
   * Takes no more runs and waits for those that are under way; what has not ended a second before `deadlineMs`
   * (default 10 s) is told to.
   */
  stop(deadlineMs?: number): Promise<void>;
};

const CLOCK_CHECK_MS = 60_000;

const log = getLogger('jobs');
const runners = new WeakMap<PgBoss, Promise<JobRunner>>();

/**
 * Runs the jobs of a service: each at most once per slot and never two at a time in the whole cluster, whatever the
 * number of replicas. A second start on the same client returns the first. Rejects when a job has no handler or its
 * queue is missing.
 */
export function startJobs(options: JobsOptions): Promise<JobRunner> {
  const running = runners.get(options.boss);
  if (running) return running;
  const started = start(options);
  runners.set(options.boss, started);
  started.catch(() => runners.delete(options.boss));
  return started;
}

async function start(options: JobsOptions): Promise<JobRunner> {
  const jobs = ownJobs(options);
  await assertQueues(options.boss, jobs);
  const clock = new DatabaseClock(options.sql);
  await clock.measure();
  await removeStaleSchedules(options.boss, options.catalogue);

  const workers = jobs.map((job) => new JobWorker(job, options.handlers[job.id]!, options, clock));
  // Started inside a job, timers and polls would carry that job's tag for ever.
  await withoutJobContext(() => Promise.all(workers.map((worker) => worker.start())));
  const clockCheck = setInterval(() => {
    clock.measure().catch((error) => log.debug('the clocks could not be compared', error));
  }, CLOCK_CHECK_MS);
  clockCheck.unref();

  let stopped: Promise<void> | undefined;
  return {
    counters: () => Object.fromEntries(workers.map((worker) => [worker.job.id, worker.counters])),
    stop(deadlineMs = 10_000) {
      stopped ??= (async () => {
        clearInterval(clockCheck);
        await Promise.all(workers.map((worker) => worker.stop(deadlineMs)));
        runners.delete(options.boss);
      })();
      return stopped;
    },
  };
}

function ownJobs({ catalogue, service, handlers }: JobsOptions): JobDefinition[] {
  const own = catalogue.filter((job) => job.service === service && !job.planned);
  const missing = own.filter((job) => handlers[job.id] === undefined).map((job) => job.id);
  const unknown = Object.keys(handlers).filter((id) => !own.some((job) => job.id === id));
  if (missing.length > 0) throw new Error(`${service} has no handler for ${missing.join(', ')}`);
  if (unknown.length > 0) {
    throw new Error(
      `${service} handles ${unknown.join(', ')}, which the catalogue does not give it: add the entry or take its \`planned\` away`,
    );
  }
  return own;
}

async function assertQueues(boss: PgBoss, jobs: readonly JobDefinition[]): Promise<void> {
  if (jobs.length === 0) return;
  const names = jobs.map((job) => jobQueueName(job.id));
  const existing = new Set((await boss.getQueues(names)).map((queue) => queue.name));
  const missing = names.filter((name) => !existing.has(name));
  if (missing.length > 0) throw new Error(`no queue for ${missing.join(', ')}: run the migrations, then start again`);
}

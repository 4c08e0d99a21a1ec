import { channels, type JobDefinition } from '@sluice/contracts';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import type { Listener } from '../notifications/listener.ts';
import type { Sql } from '../postgres/connect-postgres.ts';
import { retryWhileSlow } from '../postgres/retry-while-slow.ts';
import { jobQueueName } from './create-queues.ts';
import { DatabaseClock } from './database-clock.ts';
import { FollowSchedules, nextRun } from './follow-schedules.ts';
import { type JobCounters, JobWorker } from './job-worker.ts';
import { releaseDeadRuns } from './release-dead-runs.ts';
import type { JobHandler } from './run-job.ts';
import { syncSchedules } from './sync-schedules.ts';
import { beginSchedules } from './take-slot.ts';

export type JobsOptions = {
  boss: PgBoss;
  sql: Sql;
  service: string;
  replica: string;
  /** All jobs of the installation, not only this service's: what is not in it loses its schedule. */
  catalogue: readonly JobDefinition[];
  /** By job id, one for each job of the service that is not planned. */
  handlers: Readonly<Record<string, JobHandler>>;
  /** Listens on `configChanged`; its owner closes it after the runner has stopped. */
  listener?: Listener;
};

export type JobRunner = {
  /** What this process ran since its start, by job id. */
  counters(): Record<string, JobCounters>;
  /** Reads the schedules again and goes on by them; a changed configuration brings that about by itself. */
  follow(): Promise<void>;
  /**
   * Takes no more runs and waits for those that are under way; what has not ended a second before `deadlineMs`
   * (default 10 s) is told to.
   */
  stop(deadlineMs?: number): Promise<void>;
};

/** A notification says that the schedules changed; this look is the truth behind it. */
const FOLLOW_EVERY_MS = 30_000;
const LOOK_FOR_DEAD_MS = 1_000;

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
  await clock.start();
  const { boss, sql, catalogue, listener } = options;
  const schedules = await retryWhileSlow(() => syncSchedules({ boss, sql, catalogue, removeOthers: true }));
  const ids = jobs.map(({ id }) => id);
  await retryWhileSlow(() => beginSchedules(sql, ids, options.replica));
  const workers = jobs.map(({ id }) => {
    const job = schedules.jobs.find((one) => one.id === id)!;
    const workerOptions = { ...options, timeZone: schedules.timeZone, follow: () => following.run() };
    return new JobWorker(job, options.handlers[id]!, workerOptions, clock);
  });
  const read = () => syncSchedules({ boss, sql, catalogue, removeOthers: false });
  const following = new FollowSchedules(workers, read, () => clock.now());
  // Started inside a job, timers and polls would carry that job's tag for ever.
  await withoutJobContext(() => Promise.all(workers.map((worker) => worker.start())));
  const timers = withoutJobContext(() => [
    setInterval(() => void following.run(), FOLLOW_EVERY_MS).unref(),
    setInterval(() => void releaseDead(options, jobs), LOOK_FOR_DEAD_MS).unref(),
  ]);
  const unsubscribe = [
    listener?.subscribe(channels.configChanged, () => void following.run()),
    listener?.onReconnect(() => void following.run()),
  ];
  // What changed between the reading and the listening was told to nobody.
  await following.run();
  const next = workers.map((worker) => nextRun(worker, clock.now()));
  log.info('%s runs %d jobs: %s', options.service, next.length, next.join('; '));

  let stopped: Promise<void> | undefined;
  return {
    counters: () => Object.fromEntries(workers.map((worker) => [worker.job.id, worker.counters])),
    follow: () => following.run(),
    stop(deadlineMs = 10_000) {
      stopped ??= (async () => {
        clock.stop();
        for (const timer of timers) clearInterval(timer);
        for (const end of unsubscribe) end?.();
        await Promise.all(workers.map((worker) => worker.stop(deadlineMs)));
        runners.delete(boss);
      })();
      return stopped;
    },
  };
}

async function releaseDead({ boss, sql }: JobsOptions, jobs: readonly JobDefinition[]): Promise<void> {
  try {
    const ids = jobs.map(({ id }) => id);
    for (const { jobId, replica } of await releaseDeadRuns(boss, sql, ids)) {
      log.warn('%s: its run on %s is given up, nothing is heard of that process', jobId, replica);
    }
  } catch (error) {
    log.debug('cannot tell which runs have lost their process', error);
  }
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

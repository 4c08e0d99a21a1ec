import type { JobDefinition } from '@sluice/contracts';
import { getLogger, runWithJobTag } from '@sluice/telemetry';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { Sql } from '../postgres/connect-postgres.ts';
import { jobOptions, jobQueueName } from './create-queues.ts';
import type { DatabaseClock } from './database-clock.ts';
import { type JobTicker, startTicker } from './job-ticker.ts';
import { isFrequent, isSummarised, type JobFacts, SUMMARY_EVERY_SECONDS, tellOfRun } from './log-policy.ts';
import { type JobFunction, type JobHandler, runJob } from './run-job.ts';
import { lastSlot, type MissedSlots, type RunRecord, type RunStored, readMemoryMb, recordRun } from './run-record.ts';
import { cronExpression, periodSeconds } from './triggers.ts';

/** What one process did of one job since its start. */
export type JobCounters = {
  runs: number;
  changed: number;
  failures: number;
  /** Ticks another replica sent first, or that came while a run was under way: pg-boss only says null. */
  refusedTicks: number;
  lastDurationMs: number | undefined;
};

export type JobWorkerOptions = { boss: PgBoss; sql: Sql; replica: string; timeZone: string };

/** What a run's message holds: the slot of a tick, or that it runs at start. */
export type RunMessage = { slot?: string; atStart?: true };

const log = getLogger('jobs');

/** One job in one process: sends its ticks, takes its runs. */
export class JobWorker {
  readonly job: JobDefinition;
  readonly counters: JobCounters = { runs: 0, changed: 0, failures: 0, refusedTicks: 0, lastDurationMs: undefined };
  readonly #queue: string;
  readonly #run: JobFunction;
  readonly #needsStart: (() => Promise<boolean>) | undefined;
  readonly #facts: (() => Promise<JobFacts>) | undefined;
  readonly #options: JobWorkerOptions;
  readonly #clock: DatabaseClock;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #ticker: JobTicker | undefined;
  #stopping = false;

  constructor(job: JobDefinition, handler: JobHandler, options: JobWorkerOptions, clock: DatabaseClock) {
    this.job = job;
    this.#queue = jobQueueName(job.id);
    const parts = typeof handler === 'function' ? { run: handler } : handler;
    this.#run = parts.run;
    this.#needsStart = parts.needsStart;
    this.#facts = parts.facts;
    this.#options = options;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    const { boss, timeZone } = this.#options;
    const { trigger } = this.job;
    const frequent = isFrequent(this.job);
    const polling = {
      batchSize: 1,
      includeMetadata: true,
      // A notification wakes the worker within milliseconds; these are for when one is lost.
      pollingIntervalSeconds: frequent ? 0.5 : 2,
      notifyPollingIntervalSeconds: frequent ? 1 : 5,
    } as const;
    await boss.work(this.#queue, polling, async ([message]: JobWithMetadata<RunMessage>[]) => {
      if (message) await this.#take(message);
    });
    switch (trigger.kind) {
      case 'interval':
        this.#ticker = startTicker({
          seconds: trigger.seconds,
          now: () => this.#clock.now(),
          send: (slot) => void this.#send({ slot: slot.toISOString() }, trigger.seconds),
        });
        break;
      case 'cron': {
        // A daily job that was due while nobody was up is caught up once; an hourly one is simply late.
        const missed = periodSeconds(trigger) >= 86_400 ? 'once' : 'skip';
        await boss.schedule(
          this.#queue,
          cronExpression(trigger),
          {},
          {
            ...jobOptions(this.job),
            tz: timeZone,
            missed,
          },
        );
        break;
      }
    }
    if (this.job.atStart && (await this.#isNeeded())) await this.#send({ atStart: true });
  }

  async stop(deadlineMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#ticker?.stop();
    await this.#options.boss.offWork(this.#queue, { wait: false }).catch(() => {});
    const abort = setTimeout(() => this.#stop.abort(new Error('the process stops')), Math.max(0, deadlineMs - 1_000));
    const given = Promise.withResolvers<void>();
    const giveUp = setTimeout(() => given.resolve(), deadlineMs);
    await Promise.race([Promise.allSettled(this.#running), given.promise]);
    clearTimeout(abort);
    clearTimeout(giveUp);
  }

  async #send(message: RunMessage, slotSeconds?: number): Promise<void> {
    try {
      const slot = slotSeconds === undefined ? {} : { singletonSeconds: slotSeconds };
      const id = await this.#options.boss.send(this.#queue, message, { ...jobOptions(this.job), ...slot });
      if (id === null) this.counters.refusedTicks += 1;
    } catch (error) {
      if (!this.#stopping) log.debug('the tick of %s could not be sent', this.job.id, error);
    }
  }

  /** Whether a run at start is called for; when that cannot be told, it is. */
  async #isNeeded(): Promise<boolean> {
    if (!this.#needsStart) return true;
    try {
      return await this.#needsStart();
    } catch (error) {
      log.warn('%s: cannot tell whether its data is there, so it runs', this.job.id, error);
      return true;
    }
  }

  async #take(message: JobWithMetadata<RunMessage>): Promise<void> {
    const taken = runWithJobTag(this.job.tag, () => this.#takeOnce(message));
    const settled = taken.catch(() => {});
    this.#running.add(settled);
    try {
      await taken;
    } finally {
      this.#running.delete(settled);
    }
  }

  async #takeOnce(message: JobWithMetadata<RunMessage>): Promise<void> {
    const data = message.data ?? {};
    // Another replica may have loaded the data between this message and now.
    if (data.atStart && !(await this.#isNeeded())) return;
    const slot = this.#slotOf(message);
    const missed = await this.#missedBefore(slot);
    const first = this.counters.runs === 0;
    const end = await runJob({
      job: this.job,
      handler: this.#run,
      replica: this.#options.replica,
      slot,
      signal: AbortSignal.any([message.signal, this.#stop.signal]),
    });
    this.#count(end.record);
    const stored = await this.#record(end.record, missed);
    await this.#tell({ ...end, first, stored });
    // The queue keeps what failed as failed.
    if (end.error !== undefined) throw end.error;
  }

  #slotOf(message: JobWithMetadata<RunMessage>): Date | undefined {
    const data = message.data ?? {};
    if (data.atStart) return undefined;
    if (data.slot !== undefined) return new Date(data.slot);
    return new Date(Math.floor(message.createdOn.getTime() / 1_000) * 1_000);
  }

  /** For an interval the database counts, from slot to slot; occurrences of a cron expression are counted here. */
  async #missedBefore(slot: Date | undefined): Promise<MissedSlots> {
    const { trigger } = this.job;
    if (trigger.kind === 'interval') return { periodSeconds: trigger.seconds };
    try {
      const last = slot && (await lastSlot(this.#options.sql, this.job.id));
      if (!slot || !last) return { count: 0 };
      const { boss, timeZone } = this.#options;
      const due = boss.previewSchedule(cronExpression(trigger), { tz: timeZone, from: last, count: 100 });
      return { count: Math.max(0, due.filter((at) => at <= slot).length - 1) };
    } catch (error) {
      log.debug('the missed runs of %s could not be counted', this.job.id, error);
      return { count: 0 };
    }
  }

  #count(record: RunRecord): void {
    this.counters.runs += 1;
    if (record.outcome === 'changed') this.counters.changed += 1;
    if (record.outcome === 'failed' || record.outcome === 'aborted') this.counters.failures += 1;
    this.counters.lastDurationMs = record.endedAt.getTime() - record.startedAt.getTime();
  }

  async #record(record: RunRecord, missed: MissedSlots): Promise<RunStored | undefined> {
    const ownRow = record.outcome !== 'idle' || !isFrequent(this.job);
    const summaryEverySeconds = isSummarised(this.job) ? SUMMARY_EVERY_SECONDS : null;
    try {
      return await recordRun(this.#options.sql, record, missed, { ownRow, summaryEverySeconds });
    } catch (error) {
      log.warn('the run of %s could not be recorded', this.job.id, error);
      return undefined;
    }
  }

  async #tell(run: Parameters<typeof tellOfRun>[1]): Promise<void> {
    try {
      await tellOfRun(this.job, run, {
        facts: async () => await this.#facts?.(),
        memoryMb: () => readMemoryMb(this.#options.sql),
      });
    } catch (error) {
      log.debug('the summary of %s could not be read', this.job.id, error);
    }
  }
}

import { type JobDefinition, type JobSchedule, scheduleText, slotAt } from '@sluice/contracts';
import { getLogger, runWithJobTag } from '@sluice/telemetry';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { Sql } from '../postgres/connect-postgres.ts';
import { isCaughtUp, jobOptions, jobQueueName, LATEST_START_SECONDS } from './create-queues.ts';
import { type RunStart, recordRunStart } from './job-events.ts';
import { type JobTicker, startTicker } from './job-ticker.ts';
import { isFrequent, isSummarised, type JobFacts, SUMMARY_EVERY_SECONDS, tellOfRun } from './log-policy.ts';
import { type JobFunction, type JobHandler, runJob } from './run-job.ts';
import type { RunMessage, RunReply } from './run-message.ts';
import { type RunRecord, type RunStored, readMemoryMb, recordLostRun, recordRun } from './run-record.ts';
import { lostRun, missedBefore, takeSlot } from './take-slot.ts';

/** What one process did of one job since its start. */
export type JobCounters = {
  runs: number;
  changed: number;
  failures: number;
  /** Ticks another replica sent first, or that came while a run was under way: pg-boss only says null. */
  refusedTicks: number;
  lastDurationMs: number | undefined;
};

export type JobWorkerOptions = {
  boss: PgBoss;
  sql: Sql;
  replica: string;
  timeZone: string;
  /** Reads the schedules again: another replica knows one that this one does not. */
  follow: () => Promise<void>;
};

/** Slots are counted on the database's clock; see `DatabaseClock`. */
export type JobClock = { now(): number };

const log = getLogger('jobs');

/** One job in one process: sends its ticks, takes its runs. */
export class JobWorker {
  readonly counters: JobCounters = { runs: 0, changed: 0, failures: 0, refusedTicks: 0, lastDurationMs: undefined };
  #job: JobDefinition;
  #schedule: JobSchedule;
  readonly #queue: string;
  readonly #run: JobFunction;
  readonly #needsStart: (() => Promise<boolean>) | undefined;
  readonly #facts: (() => Promise<JobFacts>) | undefined;
  readonly #options: JobWorkerOptions;
  readonly #clock: JobClock;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #ticker: JobTicker | undefined;
  #stopping = false;

  constructor(job: JobDefinition, handler: JobHandler, options: JobWorkerOptions, clock: JobClock) {
    this.#job = job;
    this.#schedule = { trigger: job.trigger, timeZone: options.timeZone };
    this.#queue = jobQueueName(job.id);
    const parts = typeof handler === 'function' ? { run: handler } : handler;
    this.#run = parts.run;
    this.#needsStart = parts.needsStart;
    this.#facts = parts.facts;
    this.#options = options;
    this.#clock = clock;
  }

  get job(): JobDefinition {
    return this.#job;
  }

  get schedule(): JobSchedule {
    return this.#schedule;
  }

  async start(): Promise<void> {
    const polling = {
      batchSize: 1,
      includeMetadata: true,
      // A notification wakes the worker within milliseconds; these are for when one is lost.
      pollingIntervalSeconds: isFrequent(this.#job) ? 0.5 : 2,
      notifyPollingIntervalSeconds: isFrequent(this.#job) ? 1 : 5,
    } as const;
    await this.#options.boss.work(this.#queue, polling, async ([message]: JobWithMetadata<RunMessage>[]) => {
      return message && (await this.#take(message));
    });
    this.#startTicker();
    if (this.#job.atStart && (await this.#isNeeded())) await this.#send({ atStart: true });
  }

  /** Goes on by another schedule; true when it is another one. A run under way is not touched. */
  reschedule(job: JobDefinition, timeZone: string): boolean {
    const schedule = { trigger: job.trigger, timeZone };
    const changed = scheduleText(schedule) !== scheduleText(this.#schedule);
    this.#job = job;
    this.#schedule = schedule;
    if (!changed || this.#stopping) return false;
    this.#ticker?.stop();
    this.#startTicker();
    return true;
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

  #startTicker(): void {
    const schedule = this.#schedule;
    // One message per slot of an interval: the queue refuses the others. Where the slots of an expression are taken they
    // are told apart anyway; one per second keeps most of those that come too many from being sent.
    const throttle = schedule.trigger.kind === 'interval' ? schedule.trigger.seconds : 1;
    this.#ticker = startTicker({
      schedule,
      now: () => this.#clock.now(),
      send: (slot) => void this.#send({ slot: slot.toISOString(), schedule: scheduleText(schedule) }, throttle),
    });
  }

  async #send(message: RunMessage, slotSeconds?: number): Promise<void> {
    try {
      const slot = slotSeconds === undefined ? {} : { singletonSeconds: slotSeconds };
      const id = await this.#options.boss.send(this.#queue, message, { ...jobOptions(this.#job), ...slot });
      if (id === null) this.counters.refusedTicks += 1;
    } catch (error) {
      if (!this.#stopping) log.debug('the tick of %s could not be sent', this.#job.id, error);
    }
  }

  /** Whether a run at start is called for; when that cannot be told, it is. */
  async #isNeeded(): Promise<boolean> {
    if (!this.#needsStart) return true;
    try {
      return await this.#needsStart();
    } catch (error) {
      log.warn('%s: cannot tell whether its data is there, so it runs', this.#job.id, error);
      return true;
    }
  }

  async #take(message: JobWithMetadata<RunMessage>): Promise<RunReply> {
    const taken = runWithJobTag(this.#job.tag, () => this.#takeOnce(message));
    const settled = taken.then(
      () => {},
      () => {},
    );
    this.#running.add(settled);
    try {
      return await taken;
    } finally {
      this.#running.delete(settled);
    }
  }

  async #takeOnce(message: JobWithMetadata<RunMessage>): Promise<RunReply> {
    const { replica } = this.#options;
    // Another replica may have loaded the data between this message and now.
    if (message.data?.atStart && !(await this.#isNeeded())) return { outcome: 'skipped', replica };
    const slot = this.#slotOf(message);
    const missed = slot === undefined ? 0 : await this.#takeSlot(slot, message.data?.schedule);
    if (missed === undefined) return { outcome: 'skipped', replica };
    const first = this.counters.runs === 0;
    const signal = AbortSignal.any([message.signal, this.#stop.signal]);
    const startedAt = new Date();
    const startTold = this.#tellStart({ jobId: this.#job.id, slot, replica, startedAt });
    const end = await runJob({ job: this.#job, handler: this.#run, replica, slot, signal, startedAt });
    this.#count(end.record);
    // Before its end is, whichever connection of the pool each takes.
    await startTold;
    const stored = await this.#record(end.record, missed);
    await this.#tell({ ...end, first, stored, missedBefore: missed });
    // The queue keeps what failed as failed.
    if (end.error !== undefined) throw end.error;
    const { outcome, counts, endedAt } = end.record;
    return { outcome, counts, summary: end.summary, durationMs: endedAt.getTime() - startedAt.getTime(), replica };
  }

  #slotOf({ data, createdOn }: JobWithMetadata<RunMessage>): Date | undefined {
    if (data?.atStart || data?.asked) return undefined;
    return data?.slot === undefined ? slotAt(this.#schedule, createdOn.getTime()) : new Date(data.slot);
  }

  /** How many slots were missed before this one, or undefined when it is not to be run. */
  async #takeSlot(slot: Date, sentUnder = scheduleText(this.#schedule)): Promise<number | undefined> {
    const { sql, replica } = this.#options;
    const { id } = this.#job;
    const lateMs = this.#clock.now() - slot.getTime();
    if (lateMs > LATEST_START_SECONDS * 1_000 && !isCaughtUp(this.#job)) return undefined;
    const taken = await takeSlot(sql, { jobId: id, schedule: sentUnder, slot, replica });
    // A tick under a schedule this replica does not know says that there is news, and so may one that is refused.
    if (taken === undefined || sentUnder !== scheduleText(this.#schedule)) await this.#options.follow();
    if (taken === undefined) {
      this.counters.refusedTicks += 1;
      return undefined;
    }
    const lost = lostRun(taken);
    if (lost) {
      log.warn('%s: nothing was heard of the run of %s on %s', id, lost.slot.toISOString(), lost.replica);
      await recordLostRun(sql, id, lost, isFrequent(this.#job)).catch((error) =>
        log.debug('the lost run is not recorded', error),
      );
    }
    return missedBefore(this.#schedule, taken, slot);
  }

  #count(record: RunRecord): void {
    this.counters.runs += 1;
    if (record.outcome === 'changed') this.counters.changed += 1;
    if (record.outcome === 'failed' || record.outcome === 'aborted') this.counters.failures += 1;
    this.counters.lastDurationMs = record.endedAt.getTime() - record.startedAt.getTime();
  }

  /** Whether a job of a few seconds has anything to tell is known at its end, and told then. */
  async #tellStart(start: RunStart): Promise<void> {
    if (isFrequent(this.#job)) return;
    await recordRunStart(this.#options.sql, start).catch((error) => log.debug('a start is not told', error));
  }

  async #record(record: RunRecord, missed: number): Promise<RunStored | undefined> {
    const ownRow = record.outcome !== 'idle' || !isFrequent(this.#job);
    const summaryEverySeconds = isSummarised(this.#job) ? SUMMARY_EVERY_SECONDS : null;
    try {
      const startUntold = isFrequent(this.#job);
      return await recordRun(this.#options.sql, record, missed, { ownRow, summaryEverySeconds, startUntold });
    } catch (error) {
      log.warn('the run of %s could not be recorded', this.#job.id, error);
      return undefined;
    }
  }

  async #tell(run: Parameters<typeof tellOfRun>[1]): Promise<void> {
    try {
      await tellOfRun(this.#job, run, {
        facts: async () => await this.#facts?.(),
        memoryMb: () => readMemoryMb(this.#options.sql),
      });
    } catch (error) {
      log.debug('the summary of %s could not be read', this.#job.id, error);
    }
  }
}

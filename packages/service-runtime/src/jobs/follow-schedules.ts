import { isoInZone, scheduleText, slotsAfter } from '@sluice/contracts';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import type { JobWorker } from './job-worker.ts';
import type { JobSchedules } from './read-schedules.ts';

const log = getLogger('jobs');

/**
 * Brings the workers to the schedules in force. Reads one after the other and never fails: what could not be read is
 * read at the next look.
 */
export class FollowSchedules {
  readonly #workers: readonly JobWorker[];
  readonly #read: () => Promise<JobSchedules>;
  readonly #now: () => number;
  #last: Promise<void> = Promise.resolve();

  constructor(workers: readonly JobWorker[], read: () => Promise<JobSchedules>, now: () => number) {
    this.#workers = workers;
    this.#read = read;
    this.#now = now;
  }

  run(): Promise<void> {
    this.#last = this.#last
      .then(() => withoutJobContext(() => this.#follow()))
      .catch((error) => log.debug('the schedules could not be read', error));
    return this.#last;
  }

  async #follow(): Promise<void> {
    const { jobs, timeZone } = await this.#read();
    for (const worker of this.#workers) {
      const job = jobs.find(({ id }) => id === worker.job.id);
      if (job && worker.reschedule(job, timeZone)) log.info('the schedule changed: %s', nextRun(worker, this.#now()));
    }
  }
}

/** `price_cache every 31 s, next 2026-01-02T09:00:31+09:00`. */
export function nextRun({ job, schedule }: Pick<JobWorker, 'job' | 'schedule'>, nowMs: number): string {
  const [next] = slotsAfter(schedule, nowMs, 1);
  return `${job.id} ${scheduleText(schedule)}, next ${isoInZone(next!, schedule.timeZone)}`;
}

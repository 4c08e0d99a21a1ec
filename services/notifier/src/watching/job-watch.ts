import { type JobDefinition, jobCatalogue, type Notification } from '@sluice/contracts';
import { readSchedules, type Sql, withTransaction } from '@sluice/service-runtime';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import { storeMessages } from '../db/messages.ts';
import { noteRunning, noteStopped, readJobsSeen, readToldJobs } from '../db/stopped-jobs.ts';
import { recipients } from '../incidents/recipients.ts';
import type { SettingsSource } from '../settings.ts';
import { type StoppedJob, stoppedJobs } from './stopped-jobs.ts';

export type JobWatchDeps = {
  sql: Sql;
  settings: SettingsSource;
  /** The database's clock, ms since the epoch. */
  now: () => number;
  stored: () => void;
};

const LOOK_EVERY_MS = 15_000;
/** Where everything starts at once, the services that run the jobs are not there before. */
const FIRST_LOOK_MS = 120_000;

const log = getLogger('notifier');

/**
 * Tells the operator of a job that does not run any more, and when it runs again. It stands here and not beside the jobs:
 * a service that is down cannot say so.
 */
export class JobWatch {
  readonly #deps: JobWatchDeps;
  #timers: NodeJS.Timeout[] = [];
  #looking: Promise<void> | undefined;

  constructor(deps: JobWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    const look = () => {
      this.#looking ??= this.look()
        .catch((error) => log.debug('whether all jobs run cannot be told now', error))
        .finally(() => {
          this.#looking = undefined;
        });
    };
    withoutJobContext(() => {
      this.#timers = [
        setTimeout(() => {
          look();
          this.#timers.push(setInterval(look, LOOK_EVERY_MS));
        }, FIRST_LOOK_MS),
      ];
    });
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#looking;
  }

  /** Compares what runs with what was told. */
  async look(): Promise<void> {
    const { sql, now } = this.#deps;
    const [schedules, seen, told] = await Promise.all([
      readSchedules(sql, jobCatalogue),
      readJobsSeen(sql),
      readToldJobs(sql),
    ]);
    const stopped = stoppedJobs(schedules.jobs, seen, schedules.timeZone, now());
    for (const one of stopped) if (!told.includes(one.job.id)) await this.#tell(one, true);
    for (const id of told) {
      if (stopped.some(({ job }) => job.id === id)) continue;
      const job = schedules.jobs.find((one) => one.id === id);
      const lastRun = seen.find((one) => one.id === id)?.lastRun ?? null;
      if (job) await this.#tell({ job, lastRun }, false);
      else await noteRunning(sql, id);
    }
  }

  async #tell({ job, lastRun }: StoppedJob, began: boolean): Promise<void> {
    const { sql, settings, now, stored } = this.#deps;
    const { chats } = await settings();
    const at = new Date(now()).toISOString();
    const told = messageOf(job, lastRun, began, at);
    const fresh = await withTransaction(sql, async (tx) => {
      if (!(began ? await noteStopped(tx, job.id, lastRun) : await noteRunning(tx, job.id))) return false;
      const to = recipients(told, chats);
      const rows = (to.length > 0 ? to : [null]).map((chat) => ({
        source: `${told.key}:${at}`,
        chat,
        told,
        carrier: {},
      }));
      await storeMessages(tx, rows);
      return true;
    });
    if (!fresh) return;
    stored();
    const since = lastRun?.toISOString() ?? 'never';
    if (began) log.warn('job %s of %s does not run; its last run began: %s', job.id, job.service, since);
    else log.info('job %s of %s runs again', job.id, job.service);
  }
}

function messageOf(job: JobDefinition, lastRun: Date | null, began: boolean, at: string): Notification {
  return {
    kind: 'job_stopped',
    key: `job:${job.id}`,
    at,
    began,
    service: job.service,
    job: job.id,
    lastRun: lastRun?.toISOString() ?? null,
    detail: '',
  };
}

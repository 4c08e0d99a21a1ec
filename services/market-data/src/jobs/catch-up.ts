import type { Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { type MarketJobId, selectDueJobs } from './due-jobs.ts';

export type CatchUp = {
  /** Looks now: the configuration changed, or may have while nobody listened. */
  check(): Promise<void>;
  stop(): Promise<void>;
};

export type CatchUpOptions = {
  sql: Sql;
  /** Asks for a run of the job; whoever takes it looks again whether it is needed. */
  request: (job: MarketJobId) => Promise<void>;
  everyMs?: number;
};

/** Nothing works before a venue was read once, so that is looked for often. */
const CHECK_MS = 5_000;
/** Old data still serves; an exchange that is down for an hour is not asked, and warned of, every 5 s. */
const ROUNDS_PER_FULL_CHECK = 12;

const log = getLogger('catch-up');

/**
 * Asks for the runs a schedule alone would bring too late: a venue that came into use, an exchange that was down at
 * start or at 03:07, a symbol listed since the daily precision was read.
 */
export function startCatchUp({ sql, request, everyMs = CHECK_MS }: CatchUpOptions): CatchUp {
  let round = 0;
  let checks: Promise<void> = Promise.resolve();

  const look = (which: 'missing' | 'old'): Promise<void> => {
    checks = checks.then(async () => {
      try {
        for (const job of await selectDueJobs(sql, which)) await request(job);
      } catch (error) {
        // A database that is away is told of by the heartbeat, once.
        log.debug('cannot tell which data is missing', error);
      }
    });
    return checks;
  };
  const timer = setInterval(() => {
    round += 1;
    void look(round % ROUNDS_PER_FULL_CHECK === 0 ? 'old' : 'missing');
  }, everyMs);

  return {
    check: () => look('old'),
    async stop() {
      clearInterval(timer);
      await checks;
    },
  };
}

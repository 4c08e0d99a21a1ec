import { type JobDefinition, periodSeconds, slotsAfter } from '@sluice/contracts';
import type { JobSeen } from '../db/stopped-jobs.ts';

/** A replica that was killed keeps a job for its bound at most; a deployment takes this long. */
const LEAST_LATE_MS = 60_000;
const MOST_LATE_MS = 900_000;

export type StoppedJob = { job: JobDefinition; lastRun: Date | null };

/**
 * Jobs that should have begun and did not: by two of their periods, at least a minute and at most a quarter of an hour. A
 * job that no process has ever scheduled is none of them, nor one that is only planned. Pure; `now` in ms since the epoch.
 */
export function stoppedJobs(
  jobs: readonly JobDefinition[],
  seen: readonly JobSeen[],
  timeZone: string,
  now: number,
): StoppedJob[] {
  return jobs.flatMap((job) => {
    const known = seen.find(({ id }) => id === job.id);
    if (job.planned || !known || known.since === null) return [];
    const last = Math.max(known.since.getTime(), known.lastRun?.getTime() ?? 0);
    const next = slotsAfter({ trigger: job.trigger, timeZone }, last, 1)[0]!;
    const longest = Math.min(Math.max(2_000 * periodSeconds(job.trigger), LEAST_LATE_MS), MOST_LATE_MS);
    return now > next.getTime() + longest + job.expireInSeconds * 1_000 ? [{ job, lastRun: known.lastRun }] : [];
  });
}

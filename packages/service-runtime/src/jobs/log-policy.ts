import { type JobDefinition, periodSeconds } from '@sluice/contracts';
import { type Logger, recordJobRun, recordJobSummary } from '@sluice/telemetry';
import { jobFile } from './job-file.ts';
import type { RunRecord, RunStored } from './run-record.ts';

/**
 * The one place that decides what a job's runs leave in the log:
 *   ERROR    a run failed
 *   INFO     a run changed something; the first run of a process; a refresh of stored data rarer than every 5 minutes
 *   INFO     for a job that runs more often than every 10 minutes, one summary each 5 minutes for the whole cluster
 *   DEBUG    an idle run, and a refresh of stored data every 5 minutes or more often
 *   nothing  an idle run of a frequent job
 * A handler cannot go against it: it gets no `info` (see {@link JobLog}) and says what it did by its outcome.
 */

/** What a handler may log itself: detail, and what needs attention. */
export type JobLog = Omit<Logger, 'info'>;

/** Jobs of at most this period are silent when idle, and their idle runs leave no row. */
const FREQUENT_SECONDS = 5;
/** Stored data that is refreshed more often than this is told of in DEBUG. */
const QUIET_REFRESH_SECONDS = 300;
/** What runs less often is seen by its own runs. */
const SUMMARISED_SECONDS = 600;
export const SUMMARY_EVERY_SECONDS = 300;

export function isFrequent(job: JobDefinition): boolean {
  return periodSeconds(job.trigger) <= FREQUENT_SECONDS;
}

/** Whether the cluster tells of this job every five minutes. */
export function isSummarised(job: JobDefinition): boolean {
  return periodSeconds(job.trigger) < SUMMARISED_SECONDS;
}

/** How loud a run is told of. */
export function levelOfRun(
  job: JobDefinition,
  outcome: RunRecord['outcome'],
  first: boolean,
): 'error' | 'info' | 'debug' | 'none' {
  const rareRefresh = job.atStart && periodSeconds(job.trigger) > QUIET_REFRESH_SECONDS;
  switch (outcome) {
    case 'failed':
      return 'error';
    case 'aborted':
      // At its bound it was told of when it was told to end; a run that a stop ended is no failure.
      return 'none';
    case 'changed':
      return job.atStart && !rareRefresh && !first ? 'debug' : 'info';
    case 'idle':
      // A check of stored data that found nothing to change is told of too, as long as that is rare: silence would look
      // the same as a job that does not run.
      if (first || rareRefresh) return 'info';
      return isFrequent(job) ? 'none' : 'debug';
  }
}

/** What a job says of its work in a summary. */
export type JobFacts = { text: string; counts: Record<string, number> };

export type RunToTell = {
  record: RunRecord;
  /** The run's own words. */
  summary: string | undefined;
  error: unknown;
  /** True for the first run of this job in this process. */
  first: boolean;
  /** Undefined when the store did not take the record. */
  stored: RunStored | undefined;
  /** Slots without a run before this one. */
  missedBefore: number;
};

/** Writes what the policy asks for. `facts` and `memoryMb` are read when a summary is due, and not before. */
export async function tellOfRun(
  job: JobDefinition,
  run: RunToTell,
  read: { facts: () => Promise<JobFacts | undefined>; memoryMb: () => Promise<Record<string, number>> },
): Promise<void> {
  const { record, summary, error, first, stored, missedBefore: missed } = run;
  const level = levelOfRun(job, record.outcome, first);
  const durationMs = record.endedAt.getTime() - record.startedAt.getTime();
  const told = { jobId: job.id, title: job.title, file: jobFile(job) };
  if (level !== 'none') {
    const { outcome, counts, replica } = record;
    recordJobRun({ ...told, outcome, durationMs, counts, missed, replica, summary, error }, level);
  }
  // The line of a first run tells what it found, which is what a summary would say.
  if (!stored?.summaryDue || first) return;
  const { runs, failures } = stored;
  const [facts, memoryMb] = await Promise.all([read.facts(), isFrequent(job) ? read.memoryMb() : {}]);
  recordJobSummary({ ...told, runs, failures, missed: stored.missed, durationMs, memoryMb, facts });
}

import type { JobDefinition } from '@sluice/contracts';
import { getLogger, type Logger, runWithJobTag } from '@sluice/telemetry';
import type { RunRecord } from './run-record.ts';
import { periodSeconds } from './triggers.ts';

/** What a run is given. */
export type JobRun = {
  /** Aborted at the job's bound and when the process stops. A handler has to end soon after. */
  signal: AbortSignal;
  /** The moment the schedule meant; the start of the run when it runs at start. */
  slot: Date;
  /** Named after the job; every line carries its tag. */
  log: Logger;
};

/** What a run did. `counts` go to its record and to the line that tells of it; `summary` is that line's words. */
export type JobOutcome = { changed: boolean; counts?: Record<string, number>; summary?: string };

export type JobFunction = (run: JobRun) => Promise<JobOutcome>;

/** A job's function, with the question whether it has to run at start (see `atStart` in the catalogue). */
export type JobHandler = JobFunction | { run: JobFunction; needsStart?: () => Promise<boolean> };

/** Jobs of at most this period are silent when idle, and their idle runs leave no row. */
export const FREQUENT_SECONDS = 5;
/** Stored data that is refreshed more often than this is told of in DEBUG. */
const QUIET_REFRESH_SECONDS = 300;
/** The handler is told to end before the queue gives the run up, and so before another replica may begin the next. */
const ABORT_AT = 0.9;

export type RunRequest = {
  job: JobDefinition;
  handler: JobFunction;
  replica: string;
  slot: Date | undefined;
  /** Aborted when the process stops or the queue takes the run away. */
  signal: AbortSignal;
  /** True for the first run of this job in this process, which tells what it found. */
  first: boolean;
};

/** Runs a job once: under its tag, within its bound, told of in the log as its kind asks for. Never rejects. */
export async function runJob(request: RunRequest): Promise<{ record: RunRecord; error: unknown }> {
  return await runWithJobTag(request.job.tag, () => runTagged(request));
}

async function runTagged(request: RunRequest): Promise<{ record: RunRecord; error: unknown }> {
  const { job, handler, replica, slot } = request;
  const log = getLogger(job.id);
  const startedAt = new Date();
  const bound = new AbortController();
  const timer = setTimeout(
    () => {
      const text = `${job.id} ran longer than ${job.expireInSeconds * ABORT_AT} s`;
      log.error('%s, telling it to end', text);
      bound.abort(new Error(text));
    },
    job.expireInSeconds * 1_000 * ABORT_AT,
  );
  const signal = AbortSignal.any([bound.signal, request.signal]);

  const ended = (rest: Pick<RunRecord, 'outcome' | 'counts' | 'error'>): RunRecord => {
    return { jobId: job.id, slot, replica, startedAt, endedAt: new Date(), ...rest };
  };
  try {
    const result = await handler({ signal, slot: slot ?? startedAt, log });
    if (bound.signal.aborted) {
      return { record: ended({ outcome: 'aborted', counts: result.counts, error: 'too long' }), error: undefined };
    }
    tell(log, job, result, request.first);
    const outcome = result.changed ? 'changed' : 'idle';
    return { record: ended({ outcome, counts: result.counts, error: undefined }), error: undefined };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const outcome = signal.aborted ? 'aborted' : 'failed';
    // At its bound it was told of already; a run that a stop ended is no failure.
    if (outcome === 'failed') log.error('%s failed: %s', job.id, text, ...(error instanceof Error ? [error] : []));
    return { record: ended({ outcome, counts: undefined, error: text }), error };
  } finally {
    clearTimeout(timer);
  }
}

function tell(log: Logger, job: JobDefinition, result: JobOutcome, first: boolean): void {
  const period = periodSeconds(job.trigger);
  const refreshes = job.atStart;
  // A check of stored data that found nothing to change is told of too, as long as that is rare: silence would look the
  // same as a job that does not run.
  const rareRefresh = refreshes && period > QUIET_REFRESH_SECONDS;
  const text = result.summary ?? (result.changed ? 'done' : 'nothing to do');
  if (!result.changed && !first && !rareRefresh) {
    if (period > FREQUENT_SECONDS) log.debug('%s: %s', job.title, text, result.counts ?? {});
    return;
  }
  const quiet = refreshes && !rareRefresh && !first;
  const write = quiet ? log.debug : log.info;
  write('%s: %s', job.title, text, result.counts ?? {});
}

import type { JobDefinition } from '@sluice/contracts';
import { getLogger } from '@sluice/telemetry';
import type { JobFacts, JobLog } from './log-policy.ts';
import type { RunRecord } from './run-record.ts';

/** What a run is given. */
export type JobRun = {
  /** Aborted at the job's bound and when the process stops. A handler has to end soon after. */
  signal: AbortSignal;
  /** The moment the schedule meant; the start of the run when it runs at start. */
  slot: Date;
  /** Named after the job; every line carries its tag. */
  log: JobLog;
};

/** What a run did. `counts` go to its record and to the line that tells of it; `summary` is that line's words. */
export type JobOutcome = { changed: boolean; counts?: Record<string, number>; summary?: string };

export type JobFunction = (run: JobRun) => Promise<JobOutcome>;

/**
 * A job's function, with the question whether it has to run at start (see `atStart` in the catalogue) and with what it
 * says of its work every five minutes.
 */
export type JobHandler =
  | JobFunction
  | { run: JobFunction; needsStart?: () => Promise<boolean>; facts?: () => Promise<JobFacts> };

/** The handler is told to end before the queue gives the run up, and so before another replica may begin the next. */
const ABORT_AT = 0.9;

/**
 * A process that stood still for so long may have lost its run: others take it from whoever misses three beats of 2 s
 * (see `releaseDeadRuns`). What is left of the run ends, so that it does not go on beside the next.
 */
const STOOD_STILL_MS = 4_000;

export type RunRequest = {
  job: JobDefinition;
  handler: JobFunction;
  replica: string;
  slot: Date | undefined;
  /** Aborted when the process stops or the queue takes the run away. */
  signal: AbortSignal;
  stoodStillMs?: number;
  /** Now when not given. */
  startedAt?: Date;
};

export type RunEnd = { record: RunRecord; summary: string | undefined; error: unknown };

/** Runs a job once, within its bound. Never rejects. */
export async function runJob({
  job,
  handler,
  replica,
  slot,
  signal: outer,
  stoodStillMs = STOOD_STILL_MS,
  startedAt = new Date(),
}: RunRequest): Promise<RunEnd> {
  const log = getLogger(job.id);
  const bound = new AbortController();
  const boundSeconds = job.expireInSeconds * ABORT_AT;
  const timer = setTimeout(() => {
    log.error('%s ran longer than %d s, telling it to end', job.id, boundSeconds);
    bound.abort(new Error(`${job.id} ran longer than ${boundSeconds} s`));
  }, boundSeconds * 1_000);
  let awake = performance.now();
  const watch = setInterval(() => {
    const now = performance.now();
    if (now - awake > stoodStillMs) bound.abort(new Error(`its process stood still for ${Math.round(now - awake)} ms`));
    awake = now;
  }, stoodStillMs / 8);
  const signal = AbortSignal.any([bound.signal, outer]);

  const ended = (rest: Pick<RunRecord, 'outcome' | 'counts' | 'error'>): RunRecord => {
    return { jobId: job.id, slot, replica, startedAt, endedAt: new Date(), ...rest };
  };
  try {
    const { changed, counts, summary } = await handler({ signal, slot: slot ?? startedAt, log });
    if (bound.signal.aborted) {
      return {
        record: ended({ outcome: 'aborted', counts, error: messageOf(bound.signal.reason) }),
        summary,
        error: undefined,
      };
    }
    const outcome = changed ? 'changed' : 'idle';
    return { record: ended({ outcome, counts, error: undefined }), summary, error: undefined };
  } catch (error) {
    const text = messageOf(error);
    const outcome = signal.aborted ? 'aborted' : 'failed';
    return { record: ended({ outcome, counts: undefined, error: text }), summary: undefined, error };
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

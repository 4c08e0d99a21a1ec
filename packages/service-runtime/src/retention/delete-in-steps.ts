import { sqlState } from '../postgres/postgres-error.ts';

/** One kind of row that is deleted by age. */
export type RetentionStep = {
  /** What the rows are called in the log, in the plural. */
  name: string;
  /**
   * Looks at up to `limit` rows after the place `after` (null: from the oldest) and deletes those that may go, in one
   * short transaction. `next` is where the following batch begins; null when nothing old is left.
   */
  deleteSome(limit: number, after: string | null): Promise<DeletedBatch>;
};

export type DeletedBatch = { deleted: number; next: string | null };

export type DeleteOptions = {
  /** Looked at between batches; a run that is aborted has kept what it did. */
  signal: AbortSignal;
  /** Deleted so far, told once a minute of work. */
  progress?: (deleted: Record<string, number>) => void;
  /** Left to everyone else between two batches. */
  pauseMs?: number;
};

const FIRST_BATCH = 500;
const LEAST_BATCH = 50;
const LARGEST_BATCH = 2_000;
/** A batch that takes longer keeps its rows locked, and one connection of the pool, for too long. */
const LONG_MS = 250;
const SHORT_MS = 50;
const PROGRESS_EVERY_MS = 60_000;
const QUERY_CANCELED = '57014';

/**
 * Deletes in small steps with pauses, so that nobody else waits: a batch grows while it is quick and shrinks when it is
 * slow or runs into the statement timeout. Answers how many rows of each name went. Every batch is a commit of its own:
 * broken off anywhere, the next run goes on with what is left. Throws the signal's reason when it is aborted.
 */
export async function deleteInSteps(
  steps: readonly RetentionStep[],
  { signal, progress = () => {}, pauseMs = 50 }: DeleteOptions,
): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {};
  let toldAt = performance.now();
  for (const step of steps) {
    deleted[step.name] = 0;
    let limit = FIRST_BATCH;
    let after: string | null = null;
    for (;;) {
      signal.throwIfAborted();
      const began = performance.now();
      const batch: DeletedBatch | 'too slow' = await step.deleteSome(limit, after).catch((error: unknown) => {
        if (sqlState(error) === QUERY_CANCELED && limit > LEAST_BATCH) return 'too slow' as const;
        throw error;
      });
      const took = performance.now() - began;
      if (batch === 'too slow' || took > LONG_MS) limit = Math.max(LEAST_BATCH, Math.floor(limit / 2));
      else if (took < SHORT_MS) limit = Math.min(LARGEST_BATCH, limit * 2);
      if (batch !== 'too slow') {
        deleted[step.name]! += batch.deleted;
        if (batch.next === null) break;
        after = batch.next;
      }
      if (performance.now() - toldAt > PROGRESS_EVERY_MS) {
        toldAt = performance.now();
        progress({ ...deleted });
      }
      await pause(pauseMs, signal);
    }
  }
  return deleted;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(() => over.resolve(), ms);
  const end = () => over.resolve();
  signal.addEventListener('abort', end, { once: true });
  await over.promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
}

import { type RetentionMessage, retentionMessage } from '@sluice/contracts';
import { getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { deleteInSteps, type RetentionStep } from './delete-in-steps.ts';

export type RetentionWork = {
  boss: PgBoss;
  queue: string;
  /** What this service owns, in the order it may be deleted. */
  steps: (ages: RetentionMessage) => RetentionStep[];
  /** A run ends itself after this long and asks for another; default 10 minutes, below the message's own bound. */
  boundMs?: number;
};

const log = getLogger('retention');

/**
 * Takes the messages of the job `data_retention`: deletes what the service owns and is past its age. What it logs
 * carries the job's tag, which travels with the message. A run that is stopped fails its message, which then comes
 * again, here or in another replica.
 */
export async function workRetention({ boss, queue, steps, boundMs = 600_000 }: RetentionWork) {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const run = async (data: unknown, given: AbortSignal): Promise<void> => {
    const bound = AbortSignal.timeout(boundMs);
    const signal = AbortSignal.any([given, bound, stopping.signal]);
    const began = performance.now();
    try {
      const deleted = await deleteInSteps(steps(retentionMessage.parse(data)), {
        signal,
        progress: (sofar) => log.info('deleted so far: %s', inWords(sofar)),
      });
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      log.info('what is past its age is deleted: %s, in %d s', inWords(deleted), seconds, { counts: deleted });
    } catch (error) {
      if (signal.aborted) log.info('deleting was stopped and goes on with what is left when its message comes again');
      else log.warn('deleting what is past its age broke off; it goes on when its message comes again', error);
      throw error;
    }
  };

  await boss.work(
    queue,
    { batchSize: 1, pollingIntervalSeconds: 5, notifyPollingIntervalSeconds: 5 },
    async ([message]) => {
      const taken = run(message!.data, message!.signal);
      running = taken.catch(() => {});
      await taken;
    },
  );
  return {
    /** Ends a run after its batch. */
    async stop(): Promise<void> {
      stopping.abort(new Error('the process stops'));
      await boss.offWork(queue, { wait: false }).catch(() => {});
      await running;
    },
  };
}

function inWords(deleted: Record<string, number>): string {
  return Object.entries(deleted)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

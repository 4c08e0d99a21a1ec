import { getLogger } from '@sluice/telemetry';
import type { ResultWaits } from './await-result.ts';
import { reportLateAnswer } from './report-alert.ts';

export type LateAnswers = {
  /** The alert was answered 202; `startedAt` is when its request came, by performance.now(). */
  follow(id: string, startedAt: number): void;
  stop(): Promise<void>;
};

const everyMs = 2_000;
/** An alert that has no result by then is stuck, which is for the alarm on the backlog to say. */
const giveUpAfterMs = 10 * 60_000;
/** While the exchange hangs; a statement that looks for more would be in the way of those that are waited for. */
const followAtMost = 1_000;

const log = getLogger('late-answers');

/**
 * Tells of the result of each alert that was answered 202, once it is there: whether it succeeded is known by nothing else
 * in the log, and alarms count failures. Followed by the process that answered, in memory: what it followed when it
 * stopped is not told of.
 */
export function startLateAnswers(results: ResultWaits, lookEveryMs: number = everyMs): LateAnswers {
  const followed = new Map<string, number>();
  let running: Promise<void> | undefined;

  const lookFor = async (id: string, startedAt: number): Promise<void> => {
    const result = await results.look(id);
    if (result !== null) reportLateAnswer(id, result, startedAt);
    else if (performance.now() - startedAt < giveUpAfterMs) return;
    followed.delete(id);
  };
  const lookForAll = async (): Promise<void> => {
    // Asked for in one turn, they are read by one statement.
    const looks = await Promise.allSettled([...followed].map(([id, startedAt]) => lookFor(id, startedAt)));
    const failed = looks.find((look) => look.status === 'rejected');
    if (failed !== undefined) log.debug('late answers are looked for again in %d ms', lookEveryMs, failed.reason);
  };
  const timer = setInterval(() => {
    if (followed.size === 0) return;
    running ??= lookForAll().finally(() => {
      running = undefined;
    });
  }, lookEveryMs);

  return {
    follow(id, startedAt) {
      if (followed.size < followAtMost) followed.set(id, startedAt);
    },
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

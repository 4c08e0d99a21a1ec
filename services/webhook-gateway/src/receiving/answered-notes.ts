import type { SqlOrTx } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { noteAnswered } from '../db/note-answered.ts';

export type AnsweredNotes = {
  /** A 2xx for this alert has left the socket whole. */
  add(ids: readonly string[]): void;
  /** Notes what is left. */
  stop(): Promise<void>;
};

/** Two equal alerts closer than this would be taken for one; it must stay well below a second. */
const everyMs = 200;
/** While the store is away: after this many, older notes are given up, and their resends count as such. */
const keepAtMost = 50_000;

const log = getLogger('answered-notes');

/** Notes answers in bulk: one statement for all of the last moment, and none in the way of an answer. */
export function startAnsweredNotes(sql: SqlOrTx): AnsweredNotes {
  const waiting = new Set<string>();
  let running: Promise<void> | undefined;

  const flush = (): Promise<void> => {
    if (running !== undefined || waiting.size === 0) return running ?? Promise.resolve();
    const batch = [...waiting].slice(-keepAtMost);
    waiting.clear();
    running = noteAnswered(sql, batch)
      .catch((error: unknown) => {
        log.debug('%d answers are noted later', batch.length, error);
        for (const id of batch) waiting.add(id);
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  const timer = setInterval(() => void flush(), everyMs);

  return {
    add(ids) {
      for (const id of ids) waiting.add(id);
    },
    async stop() {
      clearInterval(timer);
      await running;
      await flush();
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { sqlState } from './postgres-error.ts';

const QUERY_CANCELED = '57014';
const PAUSE_MS = 200;

/**
 * Tries a read of the start again while the server gives it up for its length. A pool may have a limit for its statements
 * that is meant for requests somebody waits for: with it, a start on a busy database would end the process, which is
 * started again and adds to what the database is busy with. Throws what it failed with once `withinMs` are over.
 */
export async function retryWhileSlow<T>(read: () => Promise<T>, withinMs = 30_000): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (sqlState(error) !== QUERY_CANCELED || performance.now() > until) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

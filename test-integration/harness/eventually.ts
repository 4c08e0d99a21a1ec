import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 25;

/**
 * Calls `look` until it returns without throwing, and gives what it returned. After `withinMs` the last error is thrown:
 * tests wait for a condition with a deadline, never for a time.
 */
export async function eventually<T>(look: () => Promise<T> | T, withinMs = 10_000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await pause(EVERY_MS);
    }
  }
}

import { isConnectionError } from '../postgres/postgres-error.ts';
import type { Listener } from './listener.ts';

export type WaitOptions<T> = {
  timeoutMs: number;
  /** Reads whether it is there; undefined means not yet. */
  look: () => Promise<T | undefined>;
};

export type Waiter = {
  /**
   * Waits until `look` finds something, and resolves with undefined after `timeoutMs`. Call it before the commit whose
   * outcome it waits for, or a notification between the two would be missed. Rejects when `look` fails other than by a
   * lost connection.
   */
  wait<T>(key: string, options: WaitOptions<T>): Promise<T | undefined>;
};

/** The notification is a hint and may be lost; this look is the truth. */
const LOOK_EVERY_MS = 250;

/** Waits for notifications on `channel`, whose payload is ids separated by commas. */
export function createWaiter(options: { listener: Listener; channel: string }): Waiter {
  const wakers = new Map<string, Set<() => void>>();
  options.listener.subscribe(options.channel, (payload) => {
    for (const key of payload.split(',')) for (const wake of wakers.get(key) ?? []) wake();
  });
  options.listener.onReconnect(() => {
    for (const set of wakers.values()) for (const wake of set) wake();
  });

  return {
    async wait(key, { timeoutMs, look }) {
      const deadline = performance.now() + timeoutMs;
      let alarm = Promise.withResolvers<void>();
      const wake = () => alarm.resolve();
      const set = wakers.get(key) ?? new Set();
      wakers.set(key, set.add(wake));
      try {
        for (;;) {
          const left = deadline - performance.now();
          if (left <= 0) return undefined;
          await before(Math.min(left, LOOK_EVERY_MS), alarm.promise);
          // New before the look: a notification that comes while it runs asks for another.
          alarm = Promise.withResolvers();
          // A store that hangs must not hold the answer past its time.
          const found = await before(deadline - performance.now(), looked(look));
          if (found !== undefined) return found;
        }
      } finally {
        set.delete(wake);
        if (set.size === 0) wakers.delete(key);
      }
    },
  };
}

async function looked<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isConnectionError(error)) return undefined;
    throw error;
  }
}

/** What `promise` resolves to, or undefined when that takes longer than `ms`. */
async function before<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), Math.max(0, ms));
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

import type { AlertAnswer } from '@sluice/contracts';
import type { SqlOrTx, Waiter } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { findResults } from '../db/find-results.ts';

export type ResultWait = {
  /** Null when it was not there in time. */
  result: Promise<AlertAnswer | null>;
  /** There will be none. */
  cancel(): void;
};

export type ResultWaits = {
  /** Waits for the alert's result until `until` (performance.now()). Begin before the commit, or its news is missed. */
  begin(id: string, until: number): ResultWait;
  /** The alert's result as it is now. */
  look(id: string): Promise<AlertAnswer | null>;
};

const log = getLogger('await-result');

/** Waits for results. All that look at one moment read in one statement: hundreds of alerts may be waiting. */
export function createResultWaits(sql: SqlOrTx, waiter: Waiter): ResultWaits {
  let asked = new Map<string, PromiseWithResolvers<AlertAnswer | undefined>>();

  const read = async (): Promise<void> => {
    const batch = asked;
    asked = new Map();
    try {
      const results = await findResults(sql, [...batch.keys()]);
      for (const [id, look] of batch) look.resolve(results.get(id));
    } catch (error) {
      for (const look of batch.values()) look.reject(error);
    }
  };
  const look = (id: string): Promise<AlertAnswer | undefined> => {
    const asking = asked.get(id);
    if (asking !== undefined) return asking.promise;
    if (asked.size === 0) setImmediate(() => void read());
    const asks = Promise.withResolvers<AlertAnswer | undefined>();
    asked.set(id, asks);
    return asks.promise;
  };

  return {
    begin(id, until) {
      let cancelled = false;
      const lookUnlessCancelled = async () => (cancelled ? null : await look(id));
      const result = waiter
        .wait<AlertAnswer | null>(id, { timeoutMs: until - performance.now(), look: lookUnlessCancelled })
        .then((found) => found ?? null)
        .catch((error: unknown) => {
          // The alert is stored and goes its way; only its result cannot be read here and now.
          log.warn('the result of alert %s cannot be read', id, error);
          return null;
        });
      const cancel = (): void => {
        cancelled = true;
      };
      return { result, cancel };
    },
    look: async (id) => (await look(id)) ?? null,
  };
}

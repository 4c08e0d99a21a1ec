import type { Sql } from '@sluice/service-runtime';
import { gauge, getLogger, recordQueue, withoutJobContext } from '@sluice/telemetry';
import type { Configuration } from '../configuration/configuration.ts';
import { type QueueDepth, readQueueDepth } from '../db/queue-depth.ts';

const log = getLogger('watching');

const EVERY_MS = 60_000;

type Reading = QueueDepth & { at: number };
let last: Reading | undefined;

/** A reading of more than two rounds ago is another replica's business by now. */
function current(): Reading | undefined {
  return last !== undefined && Date.now() - last.at < 2.5 * EVERY_MS ? last : undefined;
}

gauge('sluice.queue.open', { description: 'Orders on the exchange' }, () => current()?.open);
gauge('sluice.queue.pending', { description: 'Orders that wait off the exchange' }, () => current()?.pending);
gauge('sluice.queue.due', { description: 'Pairs that wait to be planned' }, () => current()?.due);

/** Writes once a minute how deep the queue is; one replica does it for all. */
export function startQueueDepth(
  sql: Sql,
  replica: string,
  configuration: () => Configuration,
): { stop: () => Promise<void> } {
  let running: Promise<void> | undefined;
  const tell = async (): Promise<void> => {
    try {
      const depth = await readQueueDepth(sql, replica);
      if (depth === undefined) return;
      last = { ...depth, at: Date.now() };
      recordQueue({ ...depth, accounts: activeAccounts(configuration()) });
    } catch (error) {
      log.debug('the depth of the queue could not be read', error);
    }
  };
  const timer = withoutJobContext(() =>
    setInterval(() => {
      running ??= tell().finally(() => {
        running = undefined;
      });
    }, EVERY_MS),
  );
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

export function activeAccounts({ accounts }: Configuration): number {
  return [...accounts.values()].filter((account) => account.active && !account.removed).length;
}

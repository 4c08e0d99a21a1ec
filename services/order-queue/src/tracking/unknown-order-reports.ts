import { inWords, queues } from '@sluice/contracts';
import { getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';

const log = getLogger('update_open_orders');

/** Announces orders that carry our prefix and are not in our tables, or ended there; each once per process. They are never touched. */
export function createUnknownOrderReports(boss: PgBoss, now: () => number) {
  const told = new Set<string>();
  return async (account: string, orders: { clientOrderId: string; symbol: string }[]): Promise<void> => {
    const news = orders.filter((order) => !told.has(order.clientOrderId));
    for (const { clientOrderId, symbol } of news) {
      told.add(clientOrderId);
      const words = inWords({ code: 'unknown_order', clientOrderId, symbol });
      log.warn('account %s: %s; it takes room and is left alone', account, words.detail);
      const at = new Date(now()).toISOString();
      await boss.send(queues.notify, { kind: 'unknown_order', key: `client:${clientOrderId}`, at, account, ...words });
    }
  };
}

import { ExchangeError, venueTraits } from '@sluice/exchange';
import type { AccountSenderDeps } from './account-sender.ts';
import type { SettlingOutcome } from './outcome.ts';
import type { SendTask } from './send-task.ts';

/** Beyond so many, look-ups of one pair begin with one list of its open orders: a list costs as much as two of them. */
export const LOOKUPS_APART = 3;

/**
 * Looks orders of one pair up by the list of its open orders: being on it proves that an order is there. The rest, which
 * may have ended, may never have arrived or may only not be listed yet, has to be looked up one by one. Where the list
 * cannot be read, a few are asked for by themselves, so that an outage does not cost a request for each order.
 */
export async function findOnList(
  tasks: SendTask[],
  deps: Pick<AccountSenderDeps, 'connect' | 'now'>,
): Promise<{ found: SettlingOutcome[]; missing: SendTask[] }> {
  const alone = (task: SendTask): SendTask => ({ ...task, listed: true });
  const askedAt = deps.now();
  try {
    const listed = await (await deps.connect()).openOrders(tasks[0]!.symbol);
    const byId = new Map(listed.map((report) => [report.clientOrderId ?? report.exchangeOrderId, report]));
    const reportOf = (task: SendTask) =>
      byId.get(venueTraits(task.venue).clientOrderIds ? task.request.clientOrderId : (task.exchangeOrderId ?? ''));
    const found = tasks.flatMap((task): SettlingOutcome[] => {
      const report = reportOf(task);
      return report === undefined ? [] : [{ kind: 'find', task, outcome: { kind: 'found', report }, askedAt }];
    });
    return { found, missing: tasks.filter((task) => reportOf(task) === undefined).map(alone) };
  } catch (error) {
    // Anything else than the exchange's own word is found out by a look-up that fails by itself.
    if (!(error instanceof ExchangeError)) return { found: [], missing: tasks.map(alone) };
    const outcome = { kind: 'unavailable', failure: error.failure } as const;
    return {
      found: tasks.slice(LOOKUPS_APART).map((task) => ({ kind: 'find', task, outcome, askedAt })),
      missing: tasks.slice(0, LOOKUPS_APART).map(alone),
    };
  }
}

import type { Exchange } from '@sluice/exchange';
import { getLogger } from '@sluice/telemetry';
import type { LiveCount } from './outcome.ts';
import type { SendTask } from './send-task.ts';

const log = getLogger('sending');

/** Counts what is live after the exchange refused one more; null when it cannot be read. */
export async function countLive(exchange: Exchange, task: SendTask): Promise<LiveCount | null> {
  try {
    const reports = task.conditional ? await exchange.openConditionalOrders() : await exchange.openOrders(task.symbol);
    // There ours cannot be told from others by a list alone.
    if (reports.some((report) => report.clientOrderId === null)) return null;
    // Our ids are `<installation>-<hash>`; the task's own tells the prefix.
    const prefix = task.request.clientOrderId.replace(/[^-]*$/, '');
    const foreign = reports.filter(({ clientOrderId }) => !clientOrderId?.startsWith(prefix));
    return {
      open: reports.length,
      conditional: reports.filter((report) => report.conditional).length,
      foreignOpen: foreign.filter((report) => report.symbol === task.symbol).length,
      foreignConditional: foreign.filter((report) => report.symbol === task.symbol && report.conditional).length,
    };
  } catch (error) {
    log.warn('could not count the open orders of %s %s after a refusal for too many', task.account, task.symbol, error);
    return null;
  }
}

import { type Exchange, type OrderReport, venueTraits } from '@sluice/exchange';
import { getLogger } from '@sluice/telemetry';
import type { LiveCount } from './outcome.ts';
import type { SendTask } from './send-task.ts';

const log = getLogger('sending');

/** Counts what is live after the exchange refused one more; null when it cannot be read. */
export async function countLive(exchange: Exchange, task: SendTask): Promise<LiveCount | null> {
  try {
    // Stops in the symbol's own book are limited there, and listed with everything else of it.
    const apart = task.conditional && venueTraits(exchange.venue).conditionalOrders === 'own-service';
    const reports = apart ? await exchange.openConditionalOrders() : await exchange.openOrders(task.symbol);
    // There ours cannot be told from others by a list alone.
    if (reports.some((report) => report.clientOrderId === null)) return null;
    // Our ids are `<installation>-<hash>`; the task's own tells the prefix.
    const prefix = task.request.clientOrderId.replace(/[^-]*$/, '');
    const foreign = reports.filter(({ clientOrderId }) => !clientOrderId?.startsWith(prefix));
    return {
      open: reports.length,
      conditional: reports.filter(waitsForItsPrice).length,
      foreignOpen: foreign.filter((report) => report.symbol === task.symbol).length,
      foreignConditional: foreign.filter((report) => report.symbol === task.symbol && waitsForItsPrice(report)).length,
    };
  } catch (error) {
    log.warn('could not count the open orders of %s %s after a refusal for too many', task.account, task.symbol, error);
    return null;
  }
}

/** One that has triggered is an order of the book like any other: it has given its conditional slot back. */
export function waitsForItsPrice({ conditional, status }: Pick<OrderReport, 'conditional' | 'status'>): boolean {
  return conditional && status === 'open';
}

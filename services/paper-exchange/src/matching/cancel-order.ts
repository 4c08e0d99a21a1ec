import { endAlgo, endOrder } from './book.ts';
import type { AlgoOrder, Order } from './order.ts';
import { isOpen } from './order.ts';
import type { Refusal } from './refusal.ts';
import type { Account, Venue } from './venue.ts';

/** How a request names an order: the venue's id goes before the client's. */
export interface OrderName {
  readonly id: number | undefined;
  readonly clientId: string | undefined;
}

/** The newest order of that name on the symbol, whatever its state. */
export function findOrder(account: Account, symbol: string, name: OrderName): Order | undefined {
  if (name.id !== undefined) {
    const order = account.orders.get(name.id);
    return order?.symbol === symbol ? order : undefined;
  }
  return account.ordersByClientId.get(name.clientId ?? '')?.findLast((order) => order.symbol === symbol);
}

/** Conditional orders are found without their symbol: the algo endpoints do not ask for it. */
export function findAlgo(account: Account, name: OrderName): AlgoOrder | undefined {
  if (name.id !== undefined) return account.algos.get(name.id);
  return account.algosByClientId.get(name.clientId ?? '')?.at(-1);
}

/** Cancels an open order. One that ended, by whatever way, is unknown to a cancel. */
export function cancelOrder(
  venue: Venue,
  account: Account,
  symbol: string,
  name: OrderName,
  now: number,
): Order | Refusal {
  const order = findOrder(account, symbol, name);
  if (order === undefined || !isOpen(order)) return venue.rules.unknownOrder();
  endOrder(venue, account, order, 'CANCELED', now);
  return order;
}

/** Cancels a conditional order. One that triggered is unknown here, or taken for its order, as the switch says. */
export function cancelAlgo(venue: Venue, account: Account, name: OrderName, now: number): AlgoOrder | Refusal {
  const algo = findAlgo(account, name);
  if (algo?.status === 'NEW') {
    endAlgo(venue, account, algo, 'CANCELED', now);
    return algo;
  }
  const cancelsActual = venue.switches.algoCancelAfterTrigger === 'cancels-actual';
  if (!cancelsActual || algo?.actual === undefined || !isOpen(algo.actual)) return venue.rules.unknownOrder();
  endOrder(venue, account, algo.actual, 'CANCELED', now);
  return algo;
}

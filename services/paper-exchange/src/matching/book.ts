import { Decimal } from 'decimal.js';
import { entryAt } from './entry-at.ts';
import type { AlgoOrder, AlgoStatus, ExpiryReason, Order, OrderStatus } from './order.ts';
import { remaining } from './order.ts';
import { isReducing } from './position.ts';
import { noteOpenCounts } from './record.ts';
import type { Account, Venue } from './venue.ts';

// Adding to and taking from the book, with every index and sum that hangs on it. Nothing else changes them.

const inner = <V>(outer: Map<string, Map<number, V>>, key: string): Map<number, V> =>
  entryAt(outer, key, () => new Map<number, V>());

export const openCount = (account: Account, symbol: string): number => account.open.get(symbol)?.size ?? 0;

export const conditionalCount = (account: Account, symbol: string): number => account.openAlgos.get(symbol)?.size ?? 0;

export function conditionalCountOfAccount(account: Account): number {
  let count = 0;
  for (const algos of account.openAlgos.values()) count += algos.size;
  return count;
}

function noteCounts(venue: Venue, account: Account, symbol: string): void {
  noteOpenCounts(
    venue.record,
    account.name,
    symbol,
    openCount(account, symbol),
    conditionalCount(account, symbol),
    conditionalCountOfAccount(account),
  );
}

/** Changes the resting value that the margin is computed from by `quantity` at the order's price. */
export function addResting(account: Account, order: Order, quantity: Decimal): void {
  if (order.price === undefined || isReducing(order)) return;
  const resting = entryAt(account.resting, order.symbol, () => ({ BUY: new Decimal(0), SELL: new Decimal(0) }));
  resting[order.side] = resting[order.side].plus(quantity.times(order.price));
}

/** Lets an order wait in the book, and raises the record's high-water mark. */
export function rest(venue: Venue, account: Account, order: Order): void {
  inner(account.open, order.symbol).set(order.orderId, order);
  venue.markets.get(order.symbol)?.book.set(order.orderId, order);
  addResting(account, order, remaining(order));
  noteCounts(venue, account, order.symbol);
}

/** Lets a conditional order wait for its price. */
export function addWaiting(venue: Venue, account: Account, algo: AlgoOrder): void {
  inner(account.openAlgos, algo.symbol).set(algo.algoId, algo);
  venue.markets.get(algo.symbol)?.waiting.set(algo.algoId, algo);
  noteCounts(venue, account, algo.symbol);
}

/** Ends a conditional order, waiting or triggered. */
export function endAlgo(
  venue: Venue,
  account: Account,
  algo: AlgoOrder,
  status: Exclude<AlgoStatus, 'NEW' | 'TRIGGERED'>,
  now: number,
  reason = '',
): void {
  takeWaiting(venue, account, algo);
  algo.status = status;
  algo.updateTime = now;
  algo.history.push({ at: now, what: 'ended', status });
  venue.tell({ type: 'algo', account, algo, status, reason, at: now });
}

/** Takes a conditional order out of the waiting ones: from here on it holds no slot of the conditional cap. */
export function takeWaiting(venue: Venue, account: Account, algo: AlgoOrder): void {
  account.openAlgos.get(algo.symbol)?.delete(algo.algoId);
  venue.markets.get(algo.symbol)?.waiting.delete(algo.algoId);
}

/** Ends an order, whether it rested or not, and with it the conditional order it came from. */
export function endOrder(
  venue: Venue,
  account: Account,
  order: Order,
  status: Exclude<OrderStatus, 'NEW' | 'PARTIALLY_FILLED'>,
  now: number,
  expiryReason: ExpiryReason = 0,
): void {
  if (account.open.get(order.symbol)?.delete(order.orderId)) {
    venue.markets.get(order.symbol)?.book.delete(order.orderId);
    addResting(account, order, remaining(order).negated());
  }
  order.status = status;
  order.updateTime = now;
  order.expiryReason = expiryReason;
  order.history.push({ at: now, what: 'ended', status, quantity: order.executed.toFixed() });
  // The fill that ended a filled order has told of it.
  if (status !== 'FILLED') venue.tell({ type: 'order', account, order, execution: status, at: now });
  const algo = order.algoId === undefined ? undefined : account.algos.get(order.algoId);
  if (algo?.status === 'TRIGGERED') endAlgo(venue, account, algo, 'FINISHED', now);
}

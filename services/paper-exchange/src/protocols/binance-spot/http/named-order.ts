import { findAlgo, findOrder, type OrderName } from '../../../matching/cancel-order.ts';
import { type AlgoOrder, isOpen, type Order } from '../../../matching/order.ts';
import type { Account } from '../../../matching/venue.ts';

/** An order as the matching keeps it: in the book, or a stop that waits for its price or ended without it. */
export type Found = { order: Order; stop?: undefined } | { stop: AlgoOrder; order?: undefined };

/** The newest order of that name on the symbol, whatever its state. A stop that triggered is its order. */
export function findNamed(account: Account, symbol: string, name: OrderName): Found | undefined {
  const stop = findAlgo(account, name);
  const ofSymbol = stop?.symbol === symbol ? stop : undefined;
  const order = findOrder(account, symbol, name);
  // An id is free again after its order's end, so both may bear it.
  if (ofSymbol !== undefined && (order === undefined || order.time < ofSymbol.createTime)) {
    return ofSymbol.actual === undefined ? { stop: ofSymbol } : { order: ofSymbol.actual };
  }
  return order === undefined ? undefined : { order };
}

export const isLive = ({ order, stop }: Found): boolean => (order ? isOpen(order) : stop?.status === 'NEW');

/** Reads lag behind the matching engine; how long is up to the `late-visibility` fault. */
export const isVisible = ({ order, stop }: Found, now: number): boolean => (order ?? stop)!.visibleAt <= now;

/** Everything that is open, stops among it, oldest first. */
export function openOf(account: Account, symbol: string | undefined): Found[] {
  const found: Found[] = [];
  for (const [name, orders] of account.open) {
    if (symbol === undefined || name === symbol) for (const order of orders.values()) found.push({ order });
  }
  for (const [name, stops] of account.openAlgos) {
    if (symbol === undefined || name === symbol) for (const stop of stops.values()) found.push({ stop });
  }
  return found;
}

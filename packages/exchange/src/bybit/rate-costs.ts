import type { CallCost, CallCosts, RateLimit } from '../rate-limits.ts';

const SECOND = 1_000;
const FIVE_SECONDS = 5_000;

/** As documented: placements per account, and requests of all kinds per address. No endpoint states them. */
export const bybitLimits: readonly RateLimit[] = [
  { kind: 'orders', windowMs: SECOND, limit: 10 },
  { kind: 'weight', windowMs: FIVE_SECONDS, limit: 600 },
];

/** The same for accounts that may place more, as those of a higher level; undefined for the documented. */
export function bybitLimitsWith(ordersPerSecond: number | undefined): RateLimit[] {
  return bybitLimits.map((one) => ({
    ...one,
    limit: one.kind === 'orders' ? (ordersPerSecond ?? one.limit) : one.limit,
  }));
}

const requests = (count: number): CallCost => ({ weight: count, orders: [] });

/** Pages of a full symbol: 510 orders, 50 at a time. */
const OPEN_ORDERS_PAGES = 11;

/**
 * Requests, since every one weighs the same. A batch costs an account as much as its orders by themselves; single
 * orders, batches and cancels are counted apart there, and here as one, which is on the safe side.
 */
export const bybitCosts: CallCosts = {
  place: (count) => ({ weight: 1, orders: [{ windowMs: SECOND, units: count }] }),
  // Each is looked up: the answer says only that the cancel was received. A look-up asks twice at most.
  cancel: (count) => ({ weight: 1 + 2 * count, orders: [{ windowMs: SECOND, units: count }] }),
  find: () => requests(2),
  openOrders: requests(OPEN_ORDERS_PAGES),
  openConditionalOrders: requests(OPEN_ORDERS_PAGES),
  fills: requests(1),
  positions: requests(1),
  // Fundings, liquidations and deleveragings.
  accountEntries: requests(3),
  ticker: requests(1),
  balance: requests(1),
  positionMode: requests(1),
  // Both read, both set, both read again.
  setLeverage: requests(6),
  syncClock: requests(3),
};

import type { CallCost, CallCosts, RateLimit } from '../rate-limits.ts';
import type { KisDomain } from './kis-domain.ts';

const SECOND = 1_000;

/** All requests of an account count, whatever they are; since 2026-04-20. */
const perSecond: Record<KisDomain['kind'], number> = { live: 18, paper: 1 };

export function kisLimits(domain: KisDomain): RateLimit[] {
  return [{ kind: 'orders', windowMs: SECOND, limit: perSecond[domain.kind] }];
}

const requests = (units: number): CallCost => ({ weight: 0, orders: [{ windowMs: SECOND, units }] });
/** What this venue has nothing of is answered without a request. */
const nothing: CallCost = { weight: 0, orders: [] };

/** A page holds 100 orders, 15 in the paper domain; one is what most days of a symbol have. */
export const kisCosts: CallCosts = {
  place: (count) => requests(count),
  // The cancel, and the list of the day that tells what became of it.
  cancel: (count) => requests(2 * count),
  find: () => requests(1),
  openOrders: requests(1),
  ordersOfDay: requests(1),
  openConditionalOrders: nothing,
  fills: requests(1),
  positions: requests(1),
  accountEntries: nothing,
  ticker: requests(1),
  balance: requests(1),
  positionMode: nothing,
  setLeverage: nothing,
  syncClock: nothing,
};

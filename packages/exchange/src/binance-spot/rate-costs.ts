import type { CallCost, CallCosts, RateLimit } from '../rate-limits.ts';

const TEN_SECONDS = 10_000;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** As the documentation's examples state them, the lowest of each; used until exchangeInfo has been read. */
export const binanceSpotLimits: readonly RateLimit[] = [
  { kind: 'orders', windowMs: TEN_SECONDS, limit: 50 },
  { kind: 'orders', windowMs: DAY, limit: 160_000 },
  { kind: 'weight', windowMs: MINUTE, limit: 6_000 },
];

const weight = (units: number): CallCost => ({ weight: units, orders: [] });

const FIND = 4;

/**
 * From the documentation of each endpoint. Placements and cancels that succeed weigh nothing, and one where they are
 * refused: it is paid for before anybody knows, since a storm of refusals is what shuts an address out. A cancel does
 * not give back the order it ends, nor is it counted as one.
 */
export const binanceSpotCosts: CallCosts = {
  place: (count) => ({
    weight: count,
    orders: [TEN_SECONDS, DAY].map((windowMs) => ({ windowMs, units: count })),
  }),
  // One that finds its order gone is followed by a look-up.
  cancel: (count) => weight(count * (1 + FIND)),
  find: () => weight(FIND),
  openOrders: weight(6),
  openConditionalOrders: weight(80),
  fills: weight(20),
  positions: weight(20),
  // Nothing is asked: there is no funding and nobody is closed by force.
  accountEntries: weight(0),
  ticker: weight(2),
  balance: weight(20),
  // Connection and subscription, two each.
  watch: weight(4),
  positionMode: weight(0),
  setLeverage: weight(0),
  syncClock: weight(3),
};

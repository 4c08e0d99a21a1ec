import type { CallCost, CallCosts, RateLimit } from '../rate-limits.ts';

const TEN_SECONDS = 10_000;
const MINUTE = 60_000;

/** As documented since 2026-06-30; used until exchangeInfo has been read. */
export const binanceUsdmLimits: readonly RateLimit[] = [
  { kind: 'orders', windowMs: TEN_SECONDS, limit: 300 },
  { kind: 'orders', windowMs: MINUTE, limit: 1_200 },
  { kind: 'weight', windowMs: MINUTE, limit: 2_400 },
];

const weight = (units: number): CallCost => ({ weight: units, orders: [] });

/** `POST /fapi/v1/batchOrders` costs the same for two orders as for five; single orders cost no weight. */
const single: CallCost = {
  weight: 0,
  orders: [
    { windowMs: TEN_SECONDS, units: 1 },
    { windowMs: MINUTE, units: 1 },
  ],
};
const batch: CallCost = {
  weight: 5,
  orders: [
    { windowMs: TEN_SECONDS, units: 5 },
    { windowMs: MINUTE, units: 1 },
  ],
};

/** From the documentation of each endpoint. Cancels are in no count of orders. */
export const binanceUsdmCosts: CallCosts = {
  place: (count, conditional) => (count > 1 && !conditional ? batch : single),
  // A cancel that finds its order gone is followed by a look-up; a stop is looked up always and cancelled once more
  // where it has become an order.
  cancel: (count, conditional) => weight(conditional ? 4 : 1 + count),
  find: (conditional) => weight(conditional ? 2 : 1),
  // Normal and conditional ones of a symbol.
  openOrders: weight(2),
  openConditionalOrders: weight(40),
  fills: weight(5),
  positions: weight(5),
  // Income 30, forced orders of all symbols 50.
  accountEntries: weight(80),
  ticker: weight(1),
  balance: weight(5),
  watch: weight(1),
  positionMode: weight(30),
  // Read, set twice, read again.
  setLeverage: weight(12),
  syncClock: weight(3),
};

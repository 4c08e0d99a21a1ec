import { type CallCost, type Exchange, rateRules } from '@sluice/exchange';
import type { Level } from './rate-ceiling.ts';

export type Meter = (cost: CallCost, level: Level, waitMs: number) => Promise<void>;

/** Nobody waits for a poll, and the next one comes soon. */
const READ_WAIT_MS = 20_000;
/**
 * A MARKET order waits for this price; without it the stored one is used. Twenty MARKET orders a second would ask for more
 * than all the rest, and once kept a new replica from opening its accounts: it takes what nobody else needs.
 */
const TICKER_WAIT_MS = 200;
/** Pays nothing, and waits all the same while the exchange wants no request. */
const noCost: CallCost = { weight: 0, orders: [] };

/**
 * The exchange with every call paid for, save those of the send loop: placements and cancels, and look-ups where
 * `findIsPaid`. They wait there instead, where more urgent ones can pass them.
 */
export function meteredExchange(
  exchange: Exchange,
  meter: Meter,
  { findIsPaid, synced }: { findIsPaid: boolean; synced: (offsetMs: number) => void },
): Exchange {
  const { costs } = rateRules(exchange.venue);
  const paid = async <T>(cost: CallCost, level: Level, waitMs: number, call: () => Promise<T>): Promise<T> => {
    await meter(cost, level, waitMs);
    return await call();
  };
  const { ordersOfDay } = exchange;
  return {
    ...exchange,
    ...(ordersOfDay !== undefined && {
      ordersOfDay: (symbol: string) =>
        paid(costs.ordersOfDay ?? costs.openOrders, 'lookup', READ_WAIT_MS, () => ordersOfDay(symbol)),
    }),
    find: async (order) => {
      if (!findIsPaid) await meter(costs.find(order.conditional), 'lookup', READ_WAIT_MS);
      return await exchange.find(order);
    },
    openOrders: (symbol) => paid(costs.openOrders, 'ordinary', READ_WAIT_MS, () => exchange.openOrders(symbol)),
    openConditionalOrders: () =>
      paid(costs.openConditionalOrders, 'lookup', READ_WAIT_MS, () => exchange.openConditionalOrders()),
    fills: (symbol, from) => paid(costs.fills, 'ordinary', READ_WAIT_MS, () => exchange.fills(symbol, from)),
    positions: () => paid(costs.positions, 'ordinary', READ_WAIT_MS, () => exchange.positions()),
    accountEntries: (from, to) =>
      paid(costs.accountEntries, 'ordinary', READ_WAIT_MS, () => exchange.accountEntries(from, to)),
    ticker: (symbol, options) => paid(costs.ticker, 'spare', TICKER_WAIT_MS, () => exchange.ticker(symbol, options)),
    watch: (listener) => exchange.watch(listener, () => meter(costs.watch ?? noCost, 'lookup', READ_WAIT_MS)),
    balance: () => paid(costs.balance, 'ordinary', READ_WAIT_MS, () => exchange.balance()),
    positionMode: () => paid(costs.positionMode, 'lookup', READ_WAIT_MS, () => exchange.positionMode()),
    setLeverage: (symbol, leverage, marginMode) =>
      paid(costs.setLeverage, 'lookup', READ_WAIT_MS, () => exchange.setLeverage(symbol, leverage, marginMode)),
    async syncClock() {
      await paid(costs.syncClock, 'immediate', READ_WAIT_MS, () => exchange.syncClock());
      synced(exchange.clockOffsetMs());
    },
  };
}

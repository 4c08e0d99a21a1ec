import { Decimal } from '@sluice/contracts';
import fc from 'fast-check';
import { naiveKeepsItsPlace, seatable } from './naive-walk.fixture.ts';
import type { PlannableOrder } from './order.ts';
import type { PairState, Plan } from './plan.ts';

/** Orders and pairs for the tests of this folder: by hand and at random. */

let lastId = 0;

/** A LIMIT buy of 1 at 100, waiting; `at` overrides, prices as plain numbers. */
export function anOrder(
  at: Partial<Omit<PlannableOrder, 'price' | 'stopPrice' | 'quantity' | 'executed'>> & {
    price?: number | null;
    stopPrice?: number | null;
    quantity?: number;
    executed?: number;
  } = {},
): PlannableOrder {
  lastId += 1;
  const { price = 100, stopPrice = null, quantity = 1, executed = 0, ...rest } = at;
  return {
    id: lastId,
    type: 'LIMIT',
    side: 'buy',
    reduceOnly: false,
    status: 'pending',
    wanted: 'live',
    arrival: lastId,
    orderIndex: 0,
    partlyFilled: false,
    retryAt: null,
    ...rest,
    price: price === null ? null : new Decimal(price),
    stopPrice: stopPrice === null ? null : new Decimal(stopPrice),
    quantity: new Decimal(quantity),
    executed: new Decimal(executed),
  };
}

export function aPair(orders: PlannableOrder[], over: Partial<PairState> = {}): PairState {
  return {
    orders,
    foreign: { open: 0, conditional: 0 },
    limits: { open: 20, conditional: 5 },
    accountConditionalFree: null,
    reserve: noReserve,
    swapBudget: 100,
    ...over,
  };
}

/** The pair once the plan is committed: what a second plan would read. */
export function afterCommit(state: PairState, made: Plan): PairState {
  const sent = new Set(made.send);
  const cancelled = new Set(made.cancel.map(({ id }) => id));
  const ended = new Set(made.end.map(({ id }) => id));
  const wanted = new Map(made.wanted.map((change) => [change.id, change.wanted]));
  const orders = state.orders
    .filter(({ id }) => !ended.has(id))
    .map(
      (order): PlannableOrder => ({
        ...order,
        status: sent.has(order.id) ? 'submitting' : cancelled.has(order.id) ? 'cancelling' : order.status,
        wanted: wanted.get(order.id) ?? order.wanted,
      }),
    );
  const sentConditional = state.orders.filter(({ id, type }) => sent.has(id) && type.startsWith('STOP')).length;
  const free = state.accountConditionalFree;
  return { ...state, orders, accountConditionalFree: free === null ? null : free - sentConditional };
}

export const noReserve = { buy: 0, sell: 0, conditional: 0 };

export const now = 1_000_000;

const types = ['LIMIT', 'LIMIT', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT', 'MARKET'] as const;
const slotStatuses = ['pending', 'pending', 'pending', 'open', 'open', 'open', 'submitting', 'cancelling'] as const;
const rareStatuses = ['unresolved_place', 'unresolved_cancel', 'triggered'] as const;

/** Few prices and arrivals, so that ties are common. */
const someOrder = fc
  .record({
    type: fc.constantFrom(...types),
    side: fc.constantFrom('buy', 'sell'),
    price: fc.integer({ min: 1, max: 5 }),
    status: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...slotStatuses) },
      { weight: 1, arbitrary: fc.constantFrom(...rareStatuses) },
    ),
    wanted: fc.constantFrom('live', 'live', 'live', 'parked', 'parked', 'gone'),
    arrival: fc.integer({ min: 1, max: 4 }),
    partlyFilled: fc.boolean(),
    retryAt: fc.constantFrom(null, null, null, now - 1, now + 5),
  })
  .map(({ type, price, status, partlyFilled, ...rest }) => {
    const stop = type === 'STOP_MARKET' || type === 'STOP_LIMIT';
    return anOrder({
      ...rest,
      type,
      price: type === 'LIMIT' || type === 'STOP_LIMIT' ? price : null,
      stopPrice: stop ? price : null,
      status: (type === 'MARKET' && status === 'cancelling') || (!stop && status === 'triggered') ? 'open' : status,
      // One in four open orders has filled in part.
      partlyFilled: partlyFilled && status === 'open' && price % 2 === 0,
    } as Parameters<typeof anOrder>[0]);
  });

/** Ids and places are dealt out after the shuffle, so that neither follows the rank. */
const someOrders = fc
  .array(someOrder, { maxLength: 14 })
  .map((orders) => orders.map((order, at) => ({ ...order, id: at + 1, orderIndex: (at * 7) % 15 })));

const upTo = (max: number) => fc.integer({ min: 0, max });

const anyLimits = fc.record({
  foreign: fc.record({ open: upTo(2), conditional: upTo(1) }),
  limits: fc.record({ open: upTo(9), conditional: upTo(4) }),
  swapBudget: upTo(5),
});

const anyReserve = fc.record({ buy: upTo(2), sell: upTo(2), conditional: upTo(2) });

/** Any pair at all, also ones that no history would lead to. */
export const anyPair: fc.Arbitrary<PairState> = fc
  .record({
    orders: someOrders,
    limits: anyLimits,
    reserve: fc.option(anyReserve, { nil: noReserve }),
    free: fc.option(fc.integer({ min: -1, max: 3 })),
  })
  .map(({ orders, limits, reserve, free }) => ({ orders, ...limits, reserve, accountConditionalFree: free }))
  // What is taken before the walk may break a reserve that came later; which reserve then suffers is nobody's rule.
  .map((state) =>
    seatable(state.orders.filter(naiveKeepsItsPlace), state) ? state : { ...state, reserve: noReserve },
  );

/** A pair on which nothing is live yet, so that every limit and the reserve have held from the start. */
export const anyFreshPair: fc.Arbitrary<PairState> = anyPair.map((state) => ({
  ...state,
  orders: state.orders.map((order) => ({ ...order, status: 'pending' as const, partlyFilled: false, retryAt: null })),
}));

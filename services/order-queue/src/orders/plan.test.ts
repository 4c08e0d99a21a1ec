import { describe, expect, test } from 'vitest';
import type { PlannableOrder } from './order.ts';
import { afterCommit, anOrder, aPair, noReserve, now } from './pair.fixture.ts';
import { plan } from './plan.ts';

const ids = (orders: readonly PlannableOrder[]) => orders.map(({ id }) => id);
/** `n` LIMIT buys, each a step below the one before, so that they rank in this order. */
const ladder = (n: number, from: number, at: Parameters<typeof anOrder>[0] = {}) =>
  Array.from({ length: n }, (_, step) => anOrder({ price: from - step, ...at }));
const live = (n: number, from = 1_000) => ladder(n, from, { status: 'open' });

describe('A pair with a limit of 20 open orders', () => {
  test('sends a LIMIT order into the last free slot', () => {
    const order = anOrder();
    const made = plan(aPair([...live(19), order]), now);
    expect(made).toMatchObject({ send: [order.id], cancel: [], wanted: [] });
  });

  test('lets an order wait that ranks below the 20 open ones, and touches none of them', () => {
    const order = anOrder();
    const made = plan(aPair([...live(20), order]), now);
    expect(made).toMatchObject({ send: [], cancel: [], wanted: [{ id: order.id, wanted: 'parked' }] });
    expect(made.ranks.get(order.id)).toBe(21);
  });

  test('sends the 20 best of 30, best first', () => {
    const orders = ladder(30, 1_000);
    const made = plan(aPair(orders.toReversed()), now);
    expect(made.send).toEqual(ids(orders.slice(0, 20)));
    expect(new Set(made.wanted)).toEqual(new Set(ids(orders.slice(20)).map((id) => ({ id, wanted: 'parked' }))));
  });

  test('sends MARKET orders first and beside a full book, since they hold no slot', () => {
    const market = [2, 1].map((arrival) => anOrder({ type: 'MARKET', price: null, arrival }));
    const limits = ladder(21, 1_000);
    const made = plan(aPair([...limits, ...market]), now);
    expect(made.send).toEqual([...ids(market.toReversed()), ...ids(limits.slice(0, 20))]);
    expect(made.ranks.has(market[0]!.id)).toBe(false);
    expect(plan(aPair([...live(20), ...market]), now)).toMatchObject({ send: ids(market.toReversed()), cancel: [] });
  });

  test('moves nothing when 20 are open and 10 wait in the best order already', () => {
    const waiting = ladder(10, 100, { wanted: 'parked' });
    expect(plan(aPair([...live(20), ...waiting]), now)).toMatchObject({ send: [], cancel: [], end: [], wanted: [] });
  });

  test('fills 10 slots with the alert that came first and the other 10 with the best of the next', () => {
    const a = ladder(10, 1_000, { status: 'submitting' });
    const b = ladder(15, 500);
    const made = plan(aPair([...a, ...b]), now);
    expect(made.send).toEqual(ids(b.slice(0, 10)));
    expect(made.cancel).toEqual([]);
  });

  test('counts foreign orders as taking room', () => {
    const orders = ladder(5, 100);
    const made = plan(aPair(orders, { foreign: { open: 18, conditional: 0 } }), now);
    expect(made.send).toEqual(ids(orders.slice(0, 2)));
  });

  test('takes the worst orders off when the limit shrinks below what is live', () => {
    const open = live(20);
    const made = plan(aPair(open, { limits: { open: 17, conditional: 5 }, swapBudget: 0 }), now);
    expect(new Set(made.cancel)).toEqual(new Set(open.slice(17).map(({ id }) => ({ id, why: 'outranked' }))));
    expect(new Set(made.wanted)).toEqual(new Set(open.slice(17).map(({ id }) => ({ id, wanted: 'parked' }))));
  });

  test('keeps an order live that was to go but may stay after all', () => {
    const spared = anOrder({ status: 'open', wanted: 'parked' });
    expect(plan(aPair([spared]), now)).toMatchObject({ cancel: [], wanted: [{ id: spared.id, wanted: 'live' }] });
  });

  test('treats all limits below the foreign count as zero', () => {
    const open = live(2);
    const state = aPair([...open, anOrder()], {
      limits: { open: 3, conditional: 0 },
      foreign: { open: 4, conditional: 1 },
    });
    expect(plan(state, now).cancel).toHaveLength(2);
    expect(plan(state, now).send).toEqual([]);
  });
});

describe('A swap', () => {
  const worst = anOrder({ price: 1, status: 'open' });
  const better = anOrder({ price: 5_000 });
  const full = aPair([...live(19), worst, better]);

  test('first only cancels the worst open order', () => {
    const made = plan(full, now);
    expect(made.send).toEqual([]);
    expect(made.cancel).toEqual([{ id: worst.id, why: 'outranked' }]);
    expect(made.wanted).toEqual([{ id: worst.id, wanted: 'parked' }]);
  });

  test('sends nothing and cancels nothing further while its cancel is without answer', () => {
    for (const status of ['cancelling', 'unresolved_cancel'] as const) {
      const orders = full.orders.map((o) => (o === worst ? { ...o, status, wanted: 'parked' as const } : o));
      expect(plan({ ...full, orders }, now)).toMatchObject({ send: [], cancel: [], wanted: [] });
    }
  });

  test('gives the freed slot to the best pending order of that moment, also one that came during the cancel', () => {
    const stillBetter = anOrder({ price: 6_000 });
    const orders = [...full.orders, stillBetter].map((o) => (o === worst ? { ...o, status: 'pending' as const } : o));
    const made = plan({ ...full, orders, swapBudget: 0 }, now);
    expect(made.send).toEqual([stillBetter.id]);
  });

  test('gives the slot of a promoted order that was refused to the one it pushed off', () => {
    const orders = full.orders
      .filter((o) => o !== better)
      .map((o) => (o === worst ? { ...o, status: 'pending' as const, wanted: 'parked' as const } : o));
    expect(plan({ ...full, orders }, now).send).toEqual([worst.id]);
  });

  test('is not begun for equal price and later arrival, and is for equal price and earlier arrival', () => {
    const open = anOrder({ price: 7, status: 'open', arrival: 50 });
    const one = (arrival: number) =>
      aPair([open, anOrder({ price: 7, arrival })], { limits: { open: 1, conditional: 1 } });
    expect(plan(one(51), now).cancel).toEqual([]);
    expect(plan(one(49), now).cancel).toEqual([{ id: open.id, why: 'outranked' }]);
  });

  test('stops at the swap budget', () => {
    const many = aPair([...live(20), ...ladder(8, 5_000)], { swapBudget: 3 });
    expect(plan(many, now).cancel).toHaveLength(3);
  });

  test('never takes off a partly filled order', () => {
    const partly = { ...worst, partlyFilled: true };
    const open = live(19);
    const made = plan(aPair([...open, partly, better]), now);
    expect(made.cancel).toEqual([{ id: open.at(-1)!.id, why: 'outranked' }]);
  });

  test('waits for the worst order to rest when that one is still being submitted', () => {
    const submitting = { ...worst, status: 'submitting' as const };
    expect(plan(aPair([...live(19), submitting, better]), now)).toMatchObject({ send: [], cancel: [] });
  });

  test('does not wait for the worst order when its placement is unresolved', () => {
    const unresolved = { ...worst, status: 'unresolved_place' as const };
    const open = live(19);
    expect(plan(aPair([...open, unresolved, better]), now).cancel).toEqual([{ id: open.at(-1)!.id, why: 'outranked' }]);
  });
});

describe('A retry', () => {
  test('that is not due is not sent, keeps no slot and pushes nobody off', () => {
    const retrying = anOrder({ price: 9_000, retryAt: now + 500 });
    const other = anOrder({ price: 5 });
    const made = plan(aPair([...live(19), other, retrying]), now);
    expect(made).toMatchObject({ send: [other.id], cancel: [], nextRetryAt: now + 500 });
    expect(made.ranks.get(retrying.id)).toBe(1);
  });

  test('that is due takes its place by rank', () => {
    const retrying = anOrder({ price: 9_000, retryAt: now });
    const open = live(20);
    const made = plan(aPair([...open, retrying]), now);
    expect(made).toMatchObject({ send: [], cancel: [{ id: open.at(-1)!.id }], nextRetryAt: null });
  });

  test('of a MARKET order waits for its time', () => {
    const retrying = anOrder({ type: 'MARKET', price: null, retryAt: now + 1, sendBefore: now + 9 });
    expect(plan(aPair([retrying]), now)).toMatchObject({ send: [], end: [], nextRetryAt: now + 1 });
  });
});

describe('An order its owner wants gone', () => {
  test('is taken off when open, ended when pending, and left alone while it is in flight', () => {
    const gone = { wanted: 'gone' } as const;
    const open = anOrder({ ...gone, status: 'open', partlyFilled: true });
    const pending = anOrder({ ...gone, retryAt: now + 1 });
    const inFlight = (['submitting', 'unresolved_place', 'cancelling', 'unresolved_cancel'] as const).map((status) =>
      anOrder({ ...gone, status }),
    );
    const made = plan(aPair([open, pending, ...inFlight], { swapBudget: 0 }), now);
    expect(made.cancel).toEqual([{ id: open.id, why: 'gone' }]);
    expect(made.end).toEqual([{ id: pending.id, status: 'cancelled', why: 'gone' }]);
    expect(made).toMatchObject({ send: [], wanted: [], nextRetryAt: null });
    expect(made.ranks.size).toBe(0);
  });

  test('is taken off also when it is a STOP_LIMIT that has triggered and rests', () => {
    const stop = anOrder({ type: 'STOP_LIMIT', stopPrice: 5, status: 'triggered', wanted: 'gone' });
    expect(plan(aPair([stop]), now).cancel).toEqual([{ id: stop.id, why: 'gone' }]);
  });

  test('keeps its slot until the exchange confirms, and begins no swap for those that wait for it', () => {
    const gone = anOrder({ price: 1, status: 'open', wanted: 'gone' });
    const better = anOrder({ price: 5_000 });
    const state = aPair([...live(19), gone, better]);
    expect(plan(state, now)).toMatchObject({ send: [], cancel: [{ id: gone.id, why: 'gone' }] });
    expect(plan(afterCommit(state, plan(state, now)), now)).toMatchObject({ send: [], cancel: [] });
  });
});

describe('A MARKET order', () => {
  test('past its age expires instead of being sent', () => {
    const old = anOrder({ type: 'MARKET', price: null, sendBefore: now - 1 });
    const young = anOrder({ type: 'MARKET', price: null, sendBefore: now });
    const made = plan(aPair([old, young]), now);
    expect(made.send).toEqual([young.id]);
    expect(made.end).toEqual([{ id: old.id, status: 'expired', why: 'too_old' }]);
  });

  test('whose owner wants it gone before it is sent ends as cancelled', () => {
    const order = anOrder({ type: 'MARKET', price: null, wanted: 'gone' });
    expect(plan(aPair([order]), now).end).toEqual([{ id: order.id, status: 'cancelled', why: 'gone' }]);
  });
});

describe('STOP orders', () => {
  const aStop = (at: Parameters<typeof anOrder>[0] = {}) =>
    anOrder({ type: 'STOP_MARKET', side: 'sell', price: null, stopPrice: 50, ...at });

  test('take no more than their own number within the pair, and the rest of the pair stays open to LIMIT', () => {
    const stops = Array.from({ length: 7 }, (_, at) => aStop({ stopPrice: 90 - at }));
    const limits = ladder(12, 100);
    const made = plan(aPair([...stops, ...limits]), now);
    expect(made.send).toEqual([...ids(limits), ...ids(stops.slice(0, 5))]);
    expect(made.stopWaits).toEqual(ids(stops.slice(5)));
  });

  test('that wait off the exchange are named once, when they begin to', () => {
    const stop = aStop();
    const state = aPair([...live(20), stop]);
    const made = plan(state, now);
    expect(made.stopWaits).toEqual([stop.id]);
    expect(plan(afterCommit(state, made), now).stopWaits).toEqual([]);
  });

  test('pushed off by a LIMIT order are named too', () => {
    const stop = aStop({ status: 'open' });
    const made = plan(aPair([...live(19), stop, anOrder()]), now);
    expect(made).toMatchObject({ cancel: [{ id: stop.id, why: 'outranked' }], stopWaits: [stop.id] });
  });

  test('give their conditional slot back when they trigger, and keep the one of the pair', () => {
    const triggered = aStop({ status: 'triggered' });
    const next = aStop();
    const limits = { open: 2, conditional: 1 };
    expect(plan(aPair([triggered, next], { limits }), now).send).toEqual([next.id]);
    expect(plan(aPair([triggered, next], { limits: { open: 1, conditional: 1 } }), now).send).toEqual([]);
  });

  test('find no room where the account has none left, and LIMIT orders still do', () => {
    const stop = aStop();
    const limit = anOrder();
    for (const accountConditionalFree of [0, -2]) {
      const held = [aStop({ status: 'open', stopPrice: 90 }), aStop({ status: 'open', stopPrice: 80 })];
      const made = plan(aPair([...held, stop, limit], { accountConditionalFree }), now);
      expect(made).toMatchObject({ send: [limit.id], cancel: [], stopWaits: [stop.id] });
    }
  });

  test('may push off only a STOP of the same pair when it is the account that is full', () => {
    const worse = aStop({ status: 'open', stopPrice: 40 });
    const stop = aStop({ stopPrice: 60 });
    const limit = anOrder({ status: 'open', price: 1 });
    const made = plan(aPair([limit, worse, stop], { accountConditionalFree: 0 }), now);
    expect(made.cancel).toEqual([{ id: worse.id, why: 'outranked' }]);
    expect(plan(aPair([limit, stop], { accountConditionalFree: 0 }), now)).toMatchObject({ send: [], cancel: [] });
  });

  test('are never taken off because the account is over its number', () => {
    const held = [90, 80, 70].map((stopPrice) => aStop({ status: 'open', stopPrice }));
    expect(plan(aPair([...held, aStop({ stopPrice: 95 })], { accountConditionalFree: -2 }), now).cancel).toEqual([]);
  });
});

describe('A reserve', () => {
  const sells = (n: number, at: Parameters<typeof anOrder>[0] = {}) =>
    Array.from({ length: n }, (_, step) => anOrder({ side: 'sell', price: 100 + step, ...at }));

  test('keeps slots empty for the side it names while none of it wants them', () => {
    const state = aPair(ladder(20, 100), { reserve: { ...noReserve, sell: 4 } });
    expect(plan(state, now).send).toHaveLength(16);
    const mixed = plan({ ...state, orders: [...state.orders, ...sells(6)] }, now);
    expect(mixed.send).toHaveLength(20);
  });

  test('lets the best orders have the open slots and the reserved side its own', () => {
    const buys = ladder(20, 100);
    const asks = sells(6);
    const made = plan(aPair([...buys, ...asks], { reserve: { ...noReserve, sell: 4 } }), now);
    expect(made.send).toEqual([...ids(buys.slice(0, 16)), ...ids(asks.slice(0, 4))]);
  });

  test('keeps a slot for a protective stop that a full book of entries would have taken', () => {
    const stop = anOrder({ type: 'STOP_MARKET', side: 'sell', price: null, stopPrice: 50 });
    const made = plan(aPair([...ladder(25, 100), stop], { reserve: { ...noReserve, conditional: 1 } }), now);
    expect(made.send).toHaveLength(20);
    expect(made.send.at(-1)).toBe(stop.id);
    expect(made.stopWaits).toEqual([]);
  });

  test('takes no live order off, not even for the side it names', () => {
    const stop = anOrder({ type: 'STOP_MARKET', side: 'sell', price: null, stopPrice: 50 });
    const made = plan(aPair([...live(20), stop], { reserve: { ...noReserve, conditional: 1, sell: 3 } }), now);
    expect(made).toMatchObject({ send: [], cancel: [] });
  });

  test('does not keep a better order from the slot of a worse one of its own side', () => {
    const open = live(16, 100);
    const state = aPair([...open, anOrder({ price: 200 })], { reserve: { ...noReserve, sell: 4 } });
    expect(plan(state, now).cancel).toEqual([{ id: open.at(-1)!.id, why: 'outranked' }]);
  });

  test('that came after its slots were taken lets all swaps begin in one plan', () => {
    const better = anOrder({ price: 9 });
    const open = ladder(2, 8, { status: 'open' });
    const stop = anOrder({ type: 'STOP_LIMIT', price: 5, stopPrice: 5, status: 'open' });
    const sell = anOrder({ side: 'sell' });
    const state = aPair([better, ...open, stop, sell], {
      limits: { open: 3, conditional: 1 },
      reserve: { ...noReserve, sell: 1 },
    });
    expect(plan(state, now).cancel.map(({ id }) => id)).toEqual([stop.id, open[1]!.id]);
    expect(plan(afterCommit(state, plan(state, now)), now).cancel).toEqual([]);
  });

  test('larger than a limit that has shrunk leaves the named side what there is', () => {
    const state = aPair([...ladder(3, 100), ...sells(3)], {
      limits: { open: 2, conditional: 0 },
      reserve: { buy: 0, sell: 5, conditional: 5 },
    });
    expect(plan(state, now).send).toEqual(ids(state.orders.slice(3, 5)));
  });
});

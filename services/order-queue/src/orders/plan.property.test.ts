import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { naiveChosen, naiveConditional, naiveFits, naiveHolds, naiveRanking, seatable } from './naive-walk.fixture.ts';
import type { PlannableOrder } from './order.ts';
import { afterCommit, anyFreshPair, anyPair, noReserve, now } from './pair.fixture.ts';
import { type PairState, plan } from './plan.ts';

const runs = { numRuns: 2_000 };

const byId = (state: PairState) => {
  const all = new Map(state.orders.map((order) => [order.id, order]));
  return (id: number): PlannableOrder => {
    const order = all.get(id);
    if (order === undefined) throw new Error(`the plan names order ${id}, which is not in the pair`);
    return order;
  };
};

/** Every answer is a yes: what was sent rests, what was cancelled is off. The account-wide room follows. */
function allConfirmed(state: PairState): PairState {
  const before = state.orders.filter((order) => naiveHolds(order) && naiveConditional(order)).length;
  const orders = state.orders
    .filter(({ status, wanted, type }) => !(status === 'cancelling' && wanted === 'gone') && type !== 'MARKET')
    .map(
      (order): PlannableOrder => ({
        ...order,
        status: order.status === 'submitting' ? 'open' : order.status === 'cancelling' ? 'pending' : order.status,
        retryAt: null,
      }),
    );
  const after = orders.filter((order) => naiveHolds(order) && naiveConditional(order)).length;
  const free = state.accountConditionalFree;
  return { ...state, orders, accountConditionalFree: free === null ? null : free + before - after };
}

/** Plans and confirms until nothing moves. */
function settled(start: PairState): PairState {
  let state = start;
  for (let round = 0; round < 200; round += 1) {
    const made = plan(state, now);
    const next = allConfirmed(afterCommit(state, made));
    if (made.send.length + made.cancel.length + made.end.length === 0 && round > 0) return next;
    state = next;
  }
  throw new Error('the pair never came to rest');
}

describe('A plan of any pair', () => {
  test('sends only what fits beside everything that holds a slot at that moment', () => {
    fc.assert(
      fc.property(anyPair, (state) => {
        const order = byId(state);
        const sent = plan(state, now)
          .send.map(order)
          .filter(({ type }) => type !== 'MARKET');
        const held = state.orders.filter(naiveHolds);
        for (const next of sent) {
          expect(held.length).toBeLessThan(state.limits.open - state.foreign.open);
          // Live orders may break a reserve that came later; the seats then say nothing about a further one.
          const judged = seatable(held, state) ? state : { ...state, reserve: noReserve };
          expect(naiveFits(next, held, judged)).toBe(true);
          held.push(next);
        }
      }),
      runs,
    );
  });

  test('wants live exactly the waiting orders that the plain walk takes', () => {
    fc.assert(
      fc.property(anyPair, (state) => {
        const chosen = naiveChosen(state, now);
        const after = afterCommit(state, plan(state, now));
        const walked = state.orders.filter(
          ({ type, status, wanted, retryAt }) =>
            type !== 'MARKET' && status === 'pending' && wanted !== 'gone' && (retryAt === null || retryAt <= now),
        );
        const live = after.orders.filter(({ id, wanted }) => walked.some((o) => o.id === id) && wanted === 'live');
        expect(live.map(({ id }) => id)).toEqual(walked.map(({ id }) => id).filter((id) => chosen.has(id)));
      }),
      runs,
    );
  });

  test('moves nothing when it is made again right after its commit', () => {
    fc.assert(
      fc.property(anyPair, fc.boolean(), (state, plenty) => {
        // While a triggered stop is cancelled it counts as conditional again, and that is news to the second plan.
        const orders = state.orders.filter(({ status, wanted }) => !(status === 'triggered' && wanted === 'gone'));
        const first = { ...state, orders, swapBudget: plenty ? 1_000 : state.swapBudget };
        const made = plan(first, now);
        const swaps = made.cancel.filter(({ why }) => why === 'outranked').length;
        const again = plan({ ...afterCommit(first, made), swapBudget: first.swapBudget - swaps }, now);
        expect({ send: again.send, cancel: again.cancel, end: again.end, wanted: again.wanted }).toEqual({
          send: [],
          cancel: [],
          end: [],
          wanted: [],
        });
        expect(again.stopWaits).toEqual([]);
      }),
      runs,
    );
  });

  test('never touches a partly filled order, or one in flight, unless its owner wants it gone', () => {
    fc.assert(
      fc.property(anyPair, (state) => {
        const order = byId(state);
        for (const { id, why } of plan(state, now).cancel) {
          const { status, partlyFilled, wanted, type } = order(id);
          expect(status === 'open' || (status === 'triggered' && type === 'STOP_LIMIT')).toBe(true);
          expect(why).toBe(wanted === 'gone' ? 'gone' : 'outranked');
          if (why === 'outranked') expect({ status, partlyFilled }).toEqual({ status: 'open', partlyFilled: false });
        }
      }),
      runs,
    );
  });

  test('takes an order off only when the pair is over its limit or a chosen order outranks it', () => {
    fc.assert(
      fc.property(anyPair, (state) => {
        const order = byId(state);
        const made = plan(state, now);
        const demoted = made.cancel.filter(({ why }) => why === 'outranked').map(({ id }) => order(id));
        const live = state.orders.filter(naiveHolds);
        const tooMany = live.length > state.limits.open - state.foreign.open;
        const tooManyConditional =
          live.filter(naiveConditional).length > state.limits.conditional - state.foreign.conditional;
        if (tooMany || tooManyConditional) return;
        expect(demoted.length).toBeLessThanOrEqual(state.swapBudget);
        const sent = new Set(made.send);
        const chosen = naiveChosen(state, now);
        const promoted = state.orders.filter(
          ({ id, status }) => status === 'pending' && chosen.has(id) && !sent.has(id),
        );
        for (const off of demoted) {
          expect(chosen.has(off.id)).toBe(false);
          const better = promoted.filter((on) => naiveRanking([off, on])[0] === on);
          expect(better.length).toBeGreaterThan(0);
        }
      }),
      runs,
    );
  });

  test('sends MARKET first and everything else in rank order', () => {
    fc.assert(
      fc.property(anyPair, (state) => {
        const sent = plan(state, now).send.map(byId(state));
        expect(sent).toEqual(naiveRanking(sent));
      }),
      runs,
    );
  });

  test('ranks the orders that hold a slot or wait for one from 1, without gaps', () => {
    fc.assert(
      fc.property(anyPair, (state) => {
        const ranked = naiveRanking(state.orders.filter(({ type, wanted }) => type !== 'MARKET' && wanted !== 'gone'));
        expect([...plan(state, now).ranks]).toEqual(ranked.map(({ id }, at) => [id, at + 1]));
      }),
      runs,
    );
  });

  test('does not depend on the order in which the rows were read', () => {
    fc.assert(
      fc.property(anyPair, (state) => {
        const turned = plan({ ...state, orders: state.orders.toReversed() }, now);
        const made = plan(state, now);
        const ids = (list: { id: number }[]) => list.map(({ id }) => id).toSorted((a, b) => a - b);
        expect(turned.send).toEqual(made.send);
        expect(ids(turned.cancel)).toEqual(ids(made.cancel));
        expect(turned.ranks).toEqual(made.ranks);
      }),
      runs,
    );
  });
});

describe('When every answer is a yes, a pair comes to rest', () => {
  test('with exactly the orders live that the plain walk takes', () => {
    fc.assert(
      fc.property(anyPair, (state) => {
        const rest = settled({
          ...state,
          reserve: noReserve,
          accountConditionalFree:
            state.accountConditionalFree === null ? null : Math.max(0, state.accountConditionalFree),
          swapBudget: 2,
          // Nobody answers for these in this test.
          orders: state.orders.filter(
            ({ status, wanted }) => !status.startsWith('unresolved') && !(status === 'triggered' && wanted === 'gone'),
          ),
        });
        const live = rest.orders.filter(naiveHolds).map(({ id }) => id);
        const chosen = naiveChosen(rest, now);
        expect(live).toEqual(rest.orders.map(({ id }) => id).filter((id) => chosen.has(id)));
      }),
      runs,
    );
  });

  test('with exactly those orders live also where slots are reserved', () => {
    fc.assert(
      fc.property(anyFreshPair, fc.array(fc.nat({ max: 13 })), (state, late) => {
        // Some orders come only after the others have taken their slots.
        const early = { ...state, swapBudget: 2, orders: state.orders.filter((_, at) => !late.includes(at)) };
        const first = settled(early);
        const others = state.orders.filter((_, at) => late.includes(at));
        const rest = settled({ ...first, orders: [...first.orders, ...others] });
        const live = rest.orders.filter(naiveHolds).map(({ id }) => id);
        const chosen = naiveChosen(rest, now);
        expect(live).toEqual(rest.orders.map(({ id }) => id).filter((id) => chosen.has(id)));
      }),
      runs,
    );
  });

  test('at the new limit after it shrinks or grows, taking off no more than it must', () => {
    fc.assert(
      fc.property(anyFreshPair, fc.integer({ min: 0, max: 9 }), (state, limit) => {
        const plain = { ...state, reserve: noReserve, accountConditionalFree: null };
        const before = settled({ ...plain, foreign: { open: 0, conditional: 0 }, swapBudget: 9 });
        const changed = { ...before, limits: { ...before.limits, open: limit } };
        const cancelled = plan(changed, now).cancel.length;
        const live = before.orders.filter(naiveHolds).length;
        expect(cancelled).toBe(Math.max(0, live - limit));
        const rest = settled(changed);
        const chosen = naiveChosen(rest, now);
        expect(new Set(rest.orders.filter(naiveHolds).map(({ id }) => id))).toEqual(chosen);
      }),
      runs,
    );
  });
});

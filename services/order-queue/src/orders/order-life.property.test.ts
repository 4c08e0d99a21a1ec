import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { naiveChosen } from './naive-walk.fixture.ts';
import * as life from './order-life.fixture.ts';
import { isEnded } from './order-status.ts';
import { anOrder, noReserve } from './pair.fixture.ts';

const symbols = ['BTC/USDT', 'ETH/USDT'];

const anyOrder = fc
  .record({
    type: fc.constantFrom('LIMIT', 'LIMIT', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT', 'MARKET'),
    side: fc.constantFrom('buy', 'sell'),
    price: fc.integer({ min: 1, max: 6 }),
    quantity: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ type, price, ...rest }) =>
    anOrder({
      ...rest,
      type,
      price: type === 'MARKET' ? null : price,
      stopPrice: type.startsWith('STOP') ? price : null,
    }),
  );

const random = fc.double({ min: 0, max: 0.99, noNaN: true });
const which = fc.nat({ max: 60 });
const fates: life.Fate[] = ['ok', 'ok', 'ok', 'refused', 'rate limit', 'answer lost', 'never arrives'];

type Step = (world: life.World) => void;
const symbol = fc.constantFrom(...symbols);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(anyOrder, symbol).map(
      ([order, of]): Step =>
        (w) =>
          life.arrive(w, order, of),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(symbol, fc.nat({ max: 3 })).map(
      ([of, swaps]): Step =>
        (w) =>
          void life.planPair(w, of, swaps),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(which, fc.constantFrom(...fates)).map(
      ([at, fate]): Step =>
        (w) =>
          life.deliver(w, at, fate),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(which, random).map(
      ([at, r]): Step =>
        (w) =>
          life.read(w, at, r),
    ),
  },
  {
    weight: 2,
    arbitrary: which.map(
      (at): Step =>
        (w) =>
          life.poll(w, at),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(which, random).map(
      ([at, r]): Step =>
        (w) =>
          life.lookUp(w, at, r),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(which, fc.constantFrom(0.01, 0.5, 1)).map(
      ([at, share]): Step =>
        (w) =>
          life.fill(w, at, share),
    ),
  },
  {
    weight: 1,
    arbitrary: which.map(
      (at): Step =>
        (w) =>
          life.trigger(w, at),
    ),
  },
  {
    weight: 1,
    arbitrary: which.map(
      (at): Step =>
        (w) =>
          life.abandon(w, at),
    ),
  },
  {
    weight: 1,
    arbitrary: which.map(
      (at): Step =>
        (w) =>
          life.takeOff(w, at),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 5_000 }).map(
      (ms): Step =>
        (w) =>
          life.passTime(w, ms),
    ),
  },
);

const rules = fc.record({
  foreign: fc.record({ open: fc.nat({ max: 1 }), conditional: fc.constant(0) }),
  limits: fc.record({ open: fc.integer({ min: 1, max: 4 }), conditional: fc.integer({ min: 0, max: 2 }) }),
  account: fc.option(fc.integer({ min: 0, max: 3 })),
  reserve: fc.constant(noReserve),
});

const steps = fc.array(step, { minLength: 30, maxLength: 120 });

describe('Whatever happens, in whatever order', () => {
  test('no limit is ever exceeded on the exchange, nothing is placed twice, nothing executes beyond its quantity', () => {
    fc.assert(
      fc.property(rules, steps, (of, history) => {
        const world = life.aWorld(of);
        for (const happen of history) happen(world);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  test('once all answers are in, what we believe is what the exchange holds, and nothing is in flight', () => {
    fc.assert(
      fc.property(rules, steps, (of, history) => {
        const world = life.aWorld(of);
        for (const happen of history) happen(world);
        life.comeToRest(world, symbols);
        expect(world.faults).toEqual([]);
        for (const row of world.rows) {
          expect(['pending', 'open', 'triggered'].includes(row.status) || isEnded(row.status)).toBe(true);
          expect(life.liveOf(world, row)).toHaveLength(row.status === 'open' || row.status === 'triggered' ? 1 : 0);
          expect(row.executed.toNumber()).toBe(life.executedOnExchange(world, row));
          expect(row.status === 'filled').toBe(row.executed.eq(row.quantity));
          // A triggered STOP_MARKET is the exchange's alone; everything else its owner gave up is off.
          if (row.wanted === 'gone' && row.type !== 'STOP_MARKET') expect(isEnded(row.status)).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('once all answers are in, the live orders of a pair are those the plain walk takes', () => {
    fc.assert(
      fc.property(rules, steps, (of, history) => {
        // Where the account limits several pairs at once, who came first keeps its place, whatever the rank.
        const world = life.aWorld({ ...of, account: null });
        for (const happen of history) happen(world);
        life.comeToRest(world, symbols);
        for (const each of symbols) {
          const pair = life.pairOf(world, each, 3);
          const live = pair.orders.filter(({ status, wanted }) => status !== 'pending' && wanted !== 'gone');
          expect(new Set(live.map(({ id }) => id))).toEqual(naiveChosen(pair, world.now));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

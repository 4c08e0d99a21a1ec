import { Decimal } from '@sluice/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareEntries, foldPair, type PairEntry, type PairState } from './fold-pair.ts';
import { splitByQuantity } from './split-by-quantity.ts';

const rules = { symbol: 'BTC/USDT', spot: false };
const strategies = ['s1', 's2', 's3'];

const amount = (most: number, places: number) =>
  fc.integer({ min: 1, max: most }).map((digits) => new Decimal(digits).div(10 ** places));

const entry: fc.Arbitrary<PairEntry> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('fill' as const),
      strategy: fc.constantFrom(...strategies),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      quantity: amount(40, 3),
      price: amount(999_999, 1),
      fee: fc.integer({ min: -50, max: 500 }).map((digits) => new Decimal(digits).div(1_000)),
      feeCurrency: fc.constantFrom('USDT', 'BNB', null),
      orderId: fc.integer({ min: 1, max: 20 }),
      at: fc.integer({ min: 1, max: 30 }),
      id: fc.constant(''),
      source: fc.constant(0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('funding' as const),
      amount: fc.integer({ min: -9_999, max: 9_999 }).map((digits) => new Decimal(digits).div(10_000)),
      foreign: fc.constant(new Decimal(0)),
      at: fc.integer({ min: 1, max: 30 }),
      id: fc.constant(''),
      source: fc.constant(0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('liquidation' as const),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      quantity: amount(40, 3),
      price: amount(999_999, 1),
      fee: amount(500, 3),
      feeCurrency: fc.constant('USDT'),
      foreign: fc.integer({ min: -9, max: 9 }).map((digits) => new Decimal(digits).div(1_000)),
      at: fc.integer({ min: 1, max: 30 }),
      id: fc.constant(''),
      source: fc.constant(0),
    }),
  },
);
const history = fc
  .array(entry, { maxLength: 40 })
  .map((all) => all.map((one, index): PairEntry => ({ ...one, id: String(index + 1), source: index })));

const plain = (state: PairState) =>
  [...state].map(([strategy, position]) => [strategy, JSON.stringify(position)]).sort();
const fold = (entries: readonly PairEntry[]) => foldPair(new Map(), [...entries].sort(compareEntries), rules);

test('profit of any history is its cash flow plus the position at the mark, to the last digit', () => {
  fc.assert(
    fc.property(history, amount(999_999, 1), (entries, mark) => {
      const { state, rows } = fold(entries);
      for (const [strategy, position] of state) {
        const own = rows.filter((row) => row.strategy === strategy);
        const cash = own.reduce((sum, row) => sum.minus(row.change.quantity.mul(row.price ?? 0)), new Decimal(0));
        const profit = position.realized.plus(position.quantity.mul(mark)).minus(position.cost);
        expect(profit.toFixed()).toBe(cash.plus(position.quantity.mul(mark)).toFixed());
        const sum = (of: 'quantity' | 'realized' | 'fee' | 'funding') =>
          own.reduce((all, row) => all.plus(row.change[of]), new Decimal(0)).toFixed();
        expect([sum('quantity'), sum('realized'), sum('fee'), sum('funding')]).toEqual([
          position.quantity.toFixed(),
          position.realized.toFixed(),
          position.fees.toFixed(),
          position.funding.toFixed(),
        ]);
        if (position.quantity.isZero()) expect(position.cost.toFixed()).toBe('0');
        else expect(position.cost.s).toBe(position.quantity.s);
      }
    }),
  );
});

test('any order of arrival gives the same positions', () => {
  fc.assert(
    fc.property(
      history.chain((entries) =>
        fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
      ),
      ([entries, arrived]) => {
        expect(plain(fold(arrived).state)).toEqual(plain(fold(entries).state));
      },
    ),
  );
});

test('a fold in two parts is the fold of the whole, wherever it is cut', () => {
  fc.assert(
    fc.property(history, fc.nat(40), (entries, at) => {
      const sorted = [...entries].sort(compareEntries);
      const first = foldPair(new Map(), sorted.slice(0, at), rules);
      const both = foldPair(first.state, sorted.slice(at), rules);
      expect(plain(both.state)).toEqual(plain(foldPair(new Map(), sorted, rules).state));
    }),
  );
});

const holders = fc.uniqueArray(
  fc.record({
    strategy: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    quantity: fc.integer({ min: 1, max: 3_000 }).map((digits) => new Decimal(digits).div(1_000)),
  }),
  { selector: ({ strategy }) => strategy, minLength: 1 },
);

test('the shares of a liquidation add up to it, and none takes more than was held', () => {
  fc.assert(
    fc.property(holders, fc.integer({ min: 1, max: 1_000 }), (held, thousandths) => {
      const all = held.reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0));
      const closed = all.mul(thousandths).div(1_000).toDecimalPlaces(3, Decimal.ROUND_UP);
      const shares = splitByQuantity(closed, held, new Decimal(0));
      expect(shares.reduce((sum, { share }) => sum.plus(share), new Decimal(0)).toFixed()).toBe(closed.toFixed());
      for (const { strategy, share } of shares) {
        expect(share.lte(held.find((one) => one.strategy === strategy)!.quantity)).toBe(true);
      }
    }),
  );
});

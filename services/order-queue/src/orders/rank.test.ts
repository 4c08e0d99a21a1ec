import { Decimal } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { naiveRanking } from './naive-walk.fixture.ts';
import { anOrder, anyPair } from './pair.fixture.ts';
import { byRank, compareRank, priorityOf, sortPriceOf } from './rank.ts';

describe('The ranking', () => {
  test('puts LIMIT before STOP_MARKET before STOP_LIMIT, and MARKET and the cancels before all', () => {
    const types = ['MARKET', 'CANCEL', 'CANCEL_ALL_ORDER', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT'] as const;
    expect(types.map(priorityOf)).toEqual([1, 2, 2, 3, 4, 5]);
  });

  test.each([
    ['a LIMIT buy by its price', { type: 'LIMIT', side: 'buy', price: 7 }, 7],
    ['a LIMIT sell by its price below zero', { type: 'LIMIT', side: 'sell', price: 7 }, -7],
    ['a STOP buy by its stop price below zero', { type: 'STOP_MARKET', side: 'buy', price: null, stopPrice: 7 }, -7],
    ['a STOP sell by its stop price', { type: 'STOP_LIMIT', side: 'sell', price: 9, stopPrice: 7 }, 7],
  ] as const)('sorts %s', (_, order, expected) => {
    expect(sortPriceOf(anOrder(order)).eq(expected)).toBe(true);
  });

  test('lets arrival break a tie, then the place in the alert', () => {
    const late = anOrder({ arrival: 5, orderIndex: 0 });
    const second = anOrder({ arrival: 4, orderIndex: 1 });
    const first = anOrder({ arrival: 4, orderIndex: 0 });
    expect(byRank([late, second, first])).toEqual([first, second, late]);
    expect(compareRank(first, second)).toBeLessThan(0);
  });

  test('tells prices apart that a float could not', () => {
    const low = { ...anOrder(), price: new Decimal('0.1000000000000000000001') };
    const high = { ...anOrder(), price: new Decimal('0.1000000000000000000002') };
    expect(byRank([low, high])).toEqual([high, low]);
  });

  test('refuses to rank an order whose price is missing', () => {
    expect(() => sortPriceOf(anOrder({ price: null }))).toThrow('has no price');
  });

  test('agrees with the plain ranking and with itself, whatever the orders', () => {
    fc.assert(
      fc.property(anyPair, ({ orders }) => {
        const ranked = byRank(orders);
        expect(ranked).toEqual(naiveRanking(orders));
        for (const [at, order] of ranked.entries()) {
          for (const worse of ranked.slice(at + 1)) {
            expect(compareRank(order, worse)).toBeLessThan(0);
            expect(compareRank(worse, order)).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

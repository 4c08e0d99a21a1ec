import type { Side } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';
import { type OrderStatus, orderStatuses } from './order.ts';

const order = (id: number, side: Side) => ({ id, side });
const there = (side: Side, status: OrderStatus, withPerson = false) => ({ side, status, withPerson });
const send = [order(1, 'buy'), order(2, 'buy'), order(3, 'sell'), order(4, 'sell')];
const sent = (live: ReturnType<typeof there>[]) => oneAtATime(send, live).map(({ id }) => id);

describe('sends on a venue without client order ids', () => {
  it('are one for each side, the best first', () => expect(sent([])).toEqual([1, 3]));

  it('wait while a placement of their side has no outcome, whatever the other side does', () => {
    expect(sent([there('buy', 'submitting')])).toEqual([3]);
    expect(sent([there('sell', 'unresolved_place')])).toEqual([1]);
  });

  it('wait for nothing that is known to be there, nor for what a person has been asked about', () => {
    expect(sent([there('buy', 'open'), there('sell', 'cancelling'), there('buy', 'unresolved_cancel')])).toEqual([
      1, 3,
    ]);
    expect(sent([there('buy', 'unresolved_place', true)])).toEqual([1, 3]);
  });

  it('never leave two placements of a side without outcome, plan by plan and whatever the outcomes', () => {
    const life = fc.record({
      sides: fc.array(fc.constantFrom<Side[]>('buy', 'sell'), { minLength: 1, maxLength: 12 }),
      outcomes: fc.array(fc.constantFrom(...orderStatuses), { maxLength: 40 }),
    });
    fc.assert(
      fc.property(life, ({ sides, outcomes }) => {
        const orders = sides.map((side, id) => ({ id, side, status: 'pending' as OrderStatus, withPerson: false }));
        for (const outcome of [...outcomes, 'open' as const]) {
          const pending = orders.filter(({ status }) => status === 'pending');
          for (const next of oneAtATime(pending, orders)) next.status = 'submitting';
          for (const side of ['buy', 'sell'] as const) {
            const placing = orders.filter(
              (o) => o.side === side && (o.status === 'submitting' || o.status === 'unresolved_place'),
            );
            expect(placing.length).toBeLessThan(2);
            // Nobody starves: while something waits, something of its side is under way.
            if (orders.some((o) => o.side === side && o.status === 'pending')) expect(placing).toHaveLength(1);
          }
          const placing = orders.find(({ status }) => status === 'submitting' || status === 'unresolved_place');
          if (placing !== undefined) placing.status = outcome;
        }
      }),
      { numRuns: 300 },
    );
  });
});

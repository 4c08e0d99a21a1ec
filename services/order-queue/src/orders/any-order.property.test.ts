import { Decimal } from '@sluice/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Report, type SettledOrder, settle } from './settle.ts';

const NOW = 1_000_000;

/** What the exchange tells of one attempt over its life, in the order it happens, and how our side stood at its start. */
type Life = { order: SettledOrder; reports: Report[] };

const life: fc.Arbitrary<Life> = fc
  .record({
    type: fc.constantFrom<SettledOrder['type']>('LIMIT', 'MARKET', 'STOP_MARKET', 'STOP_LIMIT'),
    status: fc.constantFrom<SettledOrder['status']>(
      'submitting',
      'unresolved_place',
      'open',
      'cancelling',
      'unresolved_cancel',
    ),
    wanted: fc.constantFrom<SettledOrder['wanted']>('live', 'parked', 'gone'),
    carriesOver: fc.boolean(),
    // Tenths of the quantity, each execution by itself.
    executions: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
    end: fc.constantFrom<Report['status'] | 'rests'>('rests', 'cancelled', 'expired'),
  })
  .map(({ type, status, wanted, carriesOver, executions, end }) => {
    const stop = type === 'STOP_MARKET' || type === 'STOP_LIMIT';
    const resting: Report['status'] = stop ? 'triggered' : 'open';
    const reports: Report[] = stop
      ? [
          { status: 'open', executed: '0' },
          { status: 'triggered', executed: null },
          { status: 'triggered', executed: '0' },
        ]
      : [{ status: 'open', executed: '0' }];
    let executed = 0;
    for (const execution of executions) {
      executed = Math.min(10, executed + execution);
      reports.push({ status: executed === 10 ? 'filled' : resting, executed: String(executed) });
      if (executed === 10) break;
    }
    if (executed < 10 && end !== 'rests') reports.push({ status: end, executed: String(executed) });
    return {
      reports,
      order: {
        ...{ type, status, wanted, failures: 0, carriesOver: carriesOver && type === 'LIMIT', receivedAt: NOW },
        quantity: new Decimal(10),
        executedBefore: new Decimal(0),
        executedOfAttempt: new Decimal(0),
        attemptQuantity: new Decimal(10),
        minRemaining: new Decimal(1),
      },
    };
  });

/** A life's reports as they may arrive: each at least once, in any order. */
const arrivals = (reports: Report[]) =>
  fc
    .array(fc.constantFrom(...reports), { maxLength: 4 })
    .chain((again) => fc.shuffledSubarray([...reports, ...again], { minLength: reports.length + again.length }));

function after(order: SettledOrder, reports: Report[]) {
  let state = order;
  let final = false;
  for (const report of reports) {
    const settlement = settle(state, { kind: 'report', report }, NOW, 0.5);
    final ||= settlement.attemptFinal;
    expect(settlement.executedOfAttempt.gte(state.executedOfAttempt), 'a fill is never taken back').toBe(true);
    state = { ...state, status: settlement.status, executedOfAttempt: settlement.executedOfAttempt };
  }
  return { status: state.status, executed: state.executedOfAttempt.toFixed(), final };
}

test('the reports of an attempt lead to one end, in whatever order and however often they arrive', () => {
  const cases = life.chain(({ order, reports }) => fc.tuple(fc.constant({ order, reports }), arrivals(reports)));
  fc.assert(
    fc.property(cases, ([{ order, reports }, arrived]) => {
      expect(after(order, arrived)).toEqual(after(order, reports));
    }),
    { numRuns: 2_000 },
  );
});

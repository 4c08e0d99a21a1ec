import { failureTypes } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type OrderStatus, orderStatuses } from './order.ts';
import { isEnded, isLegalMove } from './order-status.ts';
import { type Learnt, settle } from './settle.ts';
import { anOrder, now } from './settled-order.fixture.ts';

describe('Settling whatever is learnt of whatever order', () => {
  const amount = fc.integer({ min: 0, max: 12 });
  const anyReport = fc.record({
    status: fc.constantFrom('open', 'triggered', 'filled', 'cancelled', 'rejected', 'expired'),
    executed: fc.option(fc.integer({ min: 0, max: 10 }).map(String)),
  });
  const anyFailure = fc.record({
    type: fc.constantFrom(...failureTypes),
    action: fc.constantFrom(
      'retry',
      'requeue',
      'resolve',
      'adopt',
      'fail',
      'pause_account',
      'sync_clock',
      'session_closed',
    ),
    code: fc.constant(null),
    message: fc.constant('…'),
    retryAfterMs: fc.option(fc.nat({ max: 100_000 })),
  });
  const anyLearnt: fc.Arbitrary<Learnt> = fc.oneof(
    fc.record({ kind: fc.constantFrom('accepted', 'report'), report: anyReport }),
    fc.record({ kind: fc.constant('refused' as const), failure: anyFailure }),
    fc.record({ kind: fc.constantFrom('unresolved', 'absent') }),
    fc.record({ kind: fc.constant('cancel_failed' as const), report: fc.option(anyReport) }),
  );
  const anyOrder = fc
    .record({
      type: fc.constantFrom('MARKET', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT'),
      status: fc.constantFrom<OrderStatus[]>(...orderStatuses),
      wanted: fc.constantFrom('live', 'parked', 'gone'),
      failures: fc.integer({ min: 0, max: 7 }),
      carriesOver: fc.boolean(),
      receivedAt: fc.integer({ min: now - 40_000, max: now }),
      executedBefore: fc.integer({ min: 0, max: 9 }),
      known: amount,
    })
    .map(({ known, ...rest }) => anOrder({ ...rest, executedOfAttempt: Math.min(known, 10 - rest.executedBefore) }));

  test('makes only legal moves, never loses a fill and never frees what it keeps', () => {
    fc.assert(
      fc.property(anyOrder, anyLearnt, fc.double({ min: 0, max: 0.99, noNaN: true }), (order, learnt, random) => {
        const settled = settle(order, learnt, now, random);
        expect(settled.status === order.status || isLegalMove(order.status, settled.status, 'record')).toBe(true);
        expect(settled.executedOfAttempt.gte(order.executedOfAttempt)).toBe(true);
        expect(settled.remaining.gte(0)).toBe(true);
        if (settled.freesSlot && settled.status !== 'triggered') {
          expect(settled.status === 'pending' || isEnded(settled.status)).toBe(true);
        }
        if (settled.retryAt !== null) expect(settled.retryAt).toBeGreaterThan(now);
        if (settled.notify !== null) expect(isEnded(settled.status) && !isEnded(order.status)).toBe(true);
        // What waits again must be able to be sent: a new attempt, with something the market accepts.
        if (settled.status === 'pending' && order.status !== 'pending') {
          expect(settled.attemptFinal).toBe(true);
          expect(order.wanted).not.toBe('gone');
        }
        expect(settled.failures).toBeLessThanOrEqual(order.failures + 1);
      }),
      { numRuns: 5_000 },
    );
  });

  test('a second time changes nothing more', () => {
    fc.assert(
      fc.property(anyOrder, anyReport, (order, news) => {
        const learnt: Learnt = { kind: 'report', report: news };
        const first = settle(order, learnt, now, 0);
        const next = { ...order, status: first.status, executedOfAttempt: first.executedOfAttempt };
        const second = settle(next, learnt, now, 0);
        expect({ status: second.status, executed: second.executedOfAttempt, notify: second.notify }).toEqual({
          status: first.status,
          executed: first.executedOfAttempt,
          notify: null,
        });
      }),
      { numRuns: 2_000 },
    );
  });
});

import { failureTypes, orderTypes } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnswerRow, composeAnswer, composeRefusal, composeUnreadable } from './alert-answer.ts';
import { orderStatuses } from './order.ts';

function aRow(over: Partial<AnswerRow> = {}): AnswerRow {
  return {
    orderIndex: 0,
    accountId: 1,
    accountName: 'main',
    type: 'LIMIT',
    orderId: 67,
    status: 'pending',
    exchangeOrderId: null,
    reachedExchange: false,
    retryAt: null,
    failure: null,
    alertStored: false,
    cancelled: 0,
    cancelsUnresolved: 0,
    accountError: null,
    ...over,
  };
}

const open = { status: 'open', reachedExchange: true, exchangeOrderId: '12345' } as const;
const answer = (rows: AnswerRow[], totalOrders = rows.length) =>
  composeAnswer({ strategy: 'test1', alertId: 'abc', totalOrders, rows, rebalanced: [] });
const only = (over: Partial<AnswerRow>) => answer([aRow(over)]).results[0];

describe('The result of one order', () => {
  test('that the exchange accepted carries its id there', () => {
    expect(only(open)).toEqual({
      order_index: 0,
      success: true,
      queued: false,
      executed: true,
      result: {
        action: 'trading_signal',
        success: true,
        order_id: '12345',
        message: '거래소 실행 완료',
        account_id: 1,
        account_name: 'main',
      },
    });
  });

  test('that waits carries the id it waits under', () => {
    expect(only({})).toEqual({
      order_index: 0,
      success: true,
      queued: true,
      pending_order_id: 67,
      result: {
        action: 'trading_signal',
        success: true,
        message: '대기열에 추가됨 (우선순위 낮음)',
        account_id: 1,
        account_name: 'main',
      },
    });
  });

  test('that will be tried again says so and why', () => {
    const row = { retryAt: 5, failure: { type: 'rate_limit', message: 'Too many new orders.' } } as const;
    expect(only(row)).toMatchObject({
      success: true,
      queued: true,
      pending_order_id: 67,
      retry_scheduled: true,
      result: { message: '일시적 실패 - 재시도 예정 (rate_limit)' },
    });
  });

  test('that failed for good gives the type, the words of the exchange, and whether a message is on its way', () => {
    const failure = { type: 'insufficient_balance', message: 'Margin is insufficient.' } as const;
    expect(only({ status: 'failed', failure, alertStored: true })).toEqual({
      order_index: 0,
      success: false,
      result: {
        action: 'trading_signal',
        success: false,
        error: 'insufficient_balance: Margin is insufficient.',
        account_id: 1,
        account_name: 'main',
        alert_sent: true,
      },
    });
    expect(only({ status: null, orderId: null, failure })?.result.error).toBe(
      'insufficient_balance: Margin is insufficient.',
    );
  });

  test('whose send is unresolved is queued and unresolved', () => {
    for (const status of ['submitting', 'unresolved_place'] as const) {
      expect(only({ status })).toMatchObject({ success: true, queued: true, unresolved: true, pending_order_id: 67 });
    }
  });

  test('that was accepted counts as executed, whatever became of it before the answer was written', () => {
    for (const status of ['pending', 'submitting', 'cancelling', 'cancelled', 'filled', 'expired'] as const) {
      expect(only({ ...open, status })).toMatchObject({ success: true, executed: true });
    }
  });

  test('that its owner cancelled before it was sent, or that grew too old, was not executed', () => {
    expect(only({ status: 'cancelled' })?.result.error).toBe('cancelled: before it was sent');
    expect(only({ type: 'MARKET', status: 'expired' })?.result.error).toBe('expired: too old to be sent');
  });

  test('of an account whose planning failed names the failure', () => {
    expect(only({ status: null, orderId: null, accountError: 'deadlock detected' })).toMatchObject({
      success: false,
      result: { error: '대기열 처리 실패: deadlock detected' },
    });
  });
});

describe('The result of a cancel', () => {
  const cancel = { type: 'CANCEL_ALL_ORDER', orderId: null, status: null } as const;

  test('counts what it took off, and is a success when there was nothing', () => {
    expect(only({ ...cancel, cancelled: 3 })).toMatchObject({ success: true, queued: false, result: { cancelled: 3 } });
    expect(only(cancel)).toMatchObject({ success: true, result: { cancelled: 0, message: '주문 취소 완료 (0건)' } });
  });

  test('tells of cancels that are not proven yet', () => {
    expect(only({ ...cancel, cancelled: 2, cancelsUnresolved: 1 })).toMatchObject({
      success: true,
      unresolved: true,
      result: { cancelled: 2, message: '주문 취소 2건 완료, 1건 확인 중' },
    });
  });

  test('of an id that is found nowhere fails', () => {
    const failure = { type: 'unknown', message: 'order 99 not found' } as const;
    expect(only({ ...cancel, type: 'CANCEL', failure })).toMatchObject({
      success: false,
      result: { error: 'unknown: order 99 not found' },
    });
  });
});

describe('The answer', () => {
  test('lists results by place in the request, then by account', () => {
    const rows = [1, 0].flatMap((orderIndex) => [2, 1].map((accountId) => aRow({ orderIndex, accountId })));
    expect(answer(rows).results.map((r) => [r.order_index, r.result.account_id])).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
    ]);
  });

  test('of 30 orders on 2 accounts with 20 slots each counts 40 of 60 as executed', () => {
    const rows = [1, 2].flatMap((accountId) =>
      Array.from({ length: 30 }, (_, orderIndex) => aRow({ orderIndex, accountId, ...(orderIndex < 20 ? open : {}) })),
    );
    expect(answer(rows, 30).summary).toEqual({
      total_orders: 30,
      accounts: 2,
      immediate_orders: 0,
      queued_orders: 60,
      executed_orders: 40,
      executed_from_queue: 40,
      remaining_in_queue: 20,
      successful_orders: 60,
      failed_orders: 0,
      exchange_submitted: 40,
    });
  });

  test('of 10 MARKET and 20 LIMIT orders counts the first as immediate', () => {
    const rows = Array.from({ length: 30 }, (_, at) =>
      aRow({ orderIndex: at, type: at < 10 ? 'MARKET' : 'LIMIT', ...open }),
    );
    expect(answer(rows).summary).toMatchObject({
      immediate_orders: 10,
      queued_orders: 20,
      executed_orders: 30,
      executed_from_queue: 20,
      exchange_submitted: 20,
      remaining_in_queue: 0,
    });
  });

  test('is a success when one order is, else carries the first error', () => {
    const failed = (message: string, orderIndex: number) =>
      aRow({ orderIndex, status: 'failed', failure: { type: 'unknown', message } });
    expect(answer([failed('second', 1), failed('first', 0)])).toMatchObject({
      success: false,
      error: 'unknown: first',
    });
    const mixed = answer([failed('first', 0), aRow({ orderIndex: 1 })]);
    expect(mixed.success).toBe(true);
    expect(mixed).not.toHaveProperty('error');
  });

  test('to a strategy without an active account says so', () => {
    expect(answer([], 1)).toMatchObject({ success: false, error: 'the strategy has no active account', results: [] });
  });

  test('to an alert that is not acted on has the reason and no results', () => {
    const refused = composeRefusal({ strategy: 's', alertId: 'x', totalOrders: 4, error: 'stale: 90 s old' });
    expect(refused).toMatchObject({ success: false, error: 'stale: 90 s old', results: [] });
    expect(refused.summary).toMatchObject({ total_orders: 4, queued_orders: 0, failed_orders: 0 });
  });

  test('to an alert whose stored orders cannot be read says so, and what was wrong with them', () => {
    const unreadable = composeUnreadable({ strategy: 's', alertId: 'x', totalOrders: 4, reason: 'orders.0.price: …' });
    expect(unreadable).toMatchObject({
      success: false,
      error: '대기열 처리 실패: orders.0.price: …',
      results: [],
      summary: { total_orders: 4, failed_orders: 0 },
    });
  });

  test('carries warnings, the alert it repeats and the counters of its pairs', () => {
    const pair = { symbol: 'BTC/USDT', executed: 1, cancelled: 0, failed: 0, duration_ms: 12.3 };
    const full = composeAnswer({
      strategy: 's',
      alertId: 'x',
      totalOrders: 1,
      rows: [aRow()],
      rebalanced: [
        { account_id: 2, ...pair },
        { account_id: 1, ...pair },
      ],
      warnings: ['unknown field: comment'],
      duplicateOf: 'w',
    });
    expect(full).toMatchObject({ warnings: ['unknown field: comment'], duplicate_of: 'w' });
    expect(full.rebalanced.map(({ account_id }) => account_id)).toEqual([1, 2]);
  });

  test('always adds up', () => {
    const anyRow: fc.Arbitrary<AnswerRow> = fc
      .record({
        orderIndex: fc.nat({ max: 9 }),
        accountId: fc.integer({ min: 1, max: 3 }),
        type: fc.constantFrom(...orderTypes),
        status: fc.option(fc.constantFrom(...orderStatuses)),
        reachedExchange: fc.boolean(),
        retryAt: fc.option(fc.nat()),
        failure: fc.option(fc.record({ type: fc.constantFrom(...failureTypes), message: fc.constant('…') })),
        cancelled: fc.nat({ max: 3 }),
        cancelsUnresolved: fc.nat({ max: 1 }),
        accountError: fc.constantFrom(null, null, null, null, '…'),
      })
      .map((row) => aRow(row));
    const queuedTypes = ['LIMIT', 'STOP_MARKET', 'STOP_LIMIT'];
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 30 }), (rows) => {
        const { results, summary, success, error } = answer(rows);
        const sorted = rows.toSorted((a, b) => a.orderIndex - b.orderIndex || a.accountId - b.accountId);
        const queuedFailures = results.filter((r, at) => !r.success && queuedTypes.includes(sorted[at]!.type)).length;
        expect(summary.executed_from_queue + summary.remaining_in_queue + queuedFailures).toBe(summary.queued_orders);
        expect(summary.exchange_submitted).toBe(summary.executed_from_queue);
        expect(summary.remaining_in_queue).toBe(results.filter((r) => r.queued).length);
        expect(summary.executed_orders).toBe(results.filter((r) => r.executed).length);
        expect(summary.successful_orders + summary.failed_orders).toBe(rows.length);
        expect(summary.immediate_orders + summary.queued_orders).toBe(rows.length);
        expect(success).toBe(results.some((r) => r.success));
        expect(error === undefined).toBe(success);
        for (const r of results) {
          expect(r.result.success).toBe(r.success);
          expect(r.result.error === undefined).toBe(r.success);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

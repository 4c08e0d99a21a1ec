import { stripVTControlCharacters } from 'node:util';
import type { AlertAnswer, OrderResult } from '@sluice/contracts';
import { expect, it } from 'vitest';
import { resultSummary, resultTable } from './result-table.ts';
import { sampleAlert } from './sample-alert.ts';

const alert = sampleAlert('96000', 'x');
const result = (
  order_index: number,
  rest: Partial<OrderResult>,
  inner: Partial<OrderResult['result']> = {},
): OrderResult => ({
  order_index,
  success: true,
  queued: true,
  ...rest,
  result: { action: 'trading_signal', success: true, account_id: 1, account_name: 'main', ...inner },
});

const answer: AlertAnswer = {
  action: 'batch_order',
  strategy: 'test1',
  success: true,
  id: 'a'.repeat(32),
  results: [
    result(0, { executed: true }, { order_id: '900' }),
    result(1, { pending_order_id: 41 }),
    result(2, { success: false }, { success: false, error: 'insufficient_balance: Margin is insufficient.' }),
    result(3, { pending_order_id: 43, unresolved: true }),
  ],
  rebalanced: [],
  summary: {
    total_orders: 4,
    accounts: 1,
    immediate_orders: 0,
    queued_orders: 4,
    executed_orders: 1,
    executed_from_queue: 1,
    remaining_in_queue: 2,
    successful_orders: 3,
    failed_orders: 1,
    exchange_submitted: 1,
  },
};

const ranks = new Map<number, number | null>([
  [0, 2],
  [1, 1],
  [2, null],
  [3, 3],
]);

it('shows each order with its price, rank, place and id, the best rank first and the unranked last', () => {
  const rows = stripVTControlCharacters(resultTable(alert, answer, ranks))
    .split('\n')
    .filter((line) => line.includes('#'))
    .map((line) =>
      line
        .split('│')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
  expect(rows).toEqual([
    ['1', '#2', 'buy at 94,704.0', 'waiting for a free place', 'pending 41'],
    ['2', '#1', 'buy at 95,040.0', 'live on the exchange', '900'],
    ['3', '#4', 'buy at 94,032.0', 'sent, the exchange has not said', 'pending 43'],
    ['', '#3', 'buy at 94,368.0', 'insufficient_balance: Margin is', ''],
  ]);
});

it('sums up what is live, waits and failed', () => {
  expect(stripVTControlCharacters(resultSummary(answer, 143.4))).toBe(
    '4 orders: 1 live on the exchange, 2 waiting, 1 failed. Answered in 143 ms.',
  );
});

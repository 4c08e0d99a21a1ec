import type { Fill, FillsFrom } from '@sluice/exchange';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { readUnreadFills } from '../db/fills.ts';
import type { Outcome } from '../sending/outcome.ts';
import type { SendTask } from '../sending/send-task.ts';
import { accepted, createTestQueue, reportOf, type TestQueue, takenOff } from '../testing/test-queue.ts';
import { fetchMissingFills } from '../tracking/fetch-missing-fills.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  await queue.market('BTC/USDT', { open: 1 });
});

afterEach(async () => {
  await queue.end();
});

test('an execution heard twice and read once more is stored once, under the strategy and attempt that sent it', async () => {
  const task = await placed('90000');
  await queue.record([seen(task, '0.04'), executed(task, '7', '0.04')]);
  await queue.record([executed(task, '7', '0.04'), executed(task, '7', '0.04')]);
  await queue.record([seen(task, '0.04')]);
  expect(await fills()).toEqual([
    { trade_id: '7', order_id: task.orderId, attempt: 1, strategy: 's1', side: 'buy', quantity: '0.04', fee: '0.02' },
  ]);
  expect(await counted(task)).toEqual([{ executed: '0.04', filled: '0.04' }]);
});

test('the same trade id in another symbol is another execution', async () => {
  await queue.market('ETH/USDT', { open: 1 });
  const [btc, eth] = [await placed('90000'), await placed('3000', 'ETH/USDT')];
  await queue.record([executed(btc, '7', '0.04'), executed(eth, '7', '0.05')]);
  expect(await fills()).toHaveLength(2);
});

test('an execution of an attempt that has ended is stored for that attempt, while the next one is on its way', async () => {
  const task = await placed('90000');
  const better = await queue.plan([{ price: '91000' }]);
  await queue.record(better.committed.tasks.map(takenOff));
  await queue.sql`update orders.entry set attempt = 2 where id = ${task.orderId}`;
  await queue.sql`
    insert into orders.attempt (order_id, number, client_id, account, symbol, conditional, request)
    select order_id, 2, 'test-next', account, symbol, conditional, request from orders.attempt where order_id = ${task.orderId}`;
  await queue.record([executed(task, '9', '0.01')]);
  expect(await fills()).toMatchObject([{ trade_id: '9', attempt: 1 }]);
});

test('what was executed without its executions being heard is to be read, until every one of them is stored', async () => {
  const task = await placed('90000');
  await queue.record([seen(task, '0.1', 'filled')]);
  const unread = () => readUnreadFills(queue.sql, 'a1', Date.now() + 6_000);
  expect(await unread()).toMatchObject([{ orderId: task.orderId, symbol: 'BTC/USDT', attempt: 1 }]);
  await queue.record([executed(task, '1', '0.06')]);
  expect(await unread()).toHaveLength(1);
  await queue.record([executed(task, '2', '0.04')]);
  expect(await unread()).toEqual([]);
});

test('what was executed a moment ago is left to the stream', async () => {
  const task = await placed('90000');
  await queue.record([seen(task, '0.1', 'filled')]);
  expect(await readUnreadFills(queue.sql, 'a1', Date.now())).toEqual([]);
});

test('executions of weeks ago are read window by window, no further back than they add up to the total', async () => {
  const task = await placed('90000');
  await queue.record([seen(task, '0.1', 'filled'), executed(task, '2', '0.06')]);
  const now = Date.now() + 6_000;
  const daysAgo = (days: number) => now - days * 86_400_000;
  await queue.sql`update orders.attempt set created_at = ${new Date(daysAgo(60))}`;
  const list = [
    ['1', '0.04', daysAgo(20)],
    ['2', '0.06', daysAgo(1)],
  ] as const;
  const asked: number[] = [];
  const exchange = {
    // As Binance: seven days at most.
    async fills(_: string, from: FillsFrom) {
      if (!('since' in from)) throw new Error('no trade id is known');
      const until = Math.min(from.until ?? Number.POSITIVE_INFINITY, from.since + 7 * 86_400_000);
      asked.push(Math.round((now - from.since) / 86_400_000));
      return list.flatMap(([tradeId, quantity, at]) =>
        at >= from.since && at <= until ? [{ ...execution(task, tradeId, quantity), at }] : [],
      );
    },
  };
  const reported: Outcome[] = [];
  const deps = {
    sql: queue.sql,
    now: () => now,
    report: (_: string, outcomes: Outcome[]) => reported.push(...outcomes),
  };
  await fetchMissingFills(deps, exchange, 'a1');
  await queue.record(reported);
  expect(await counted(task)).toEqual([{ executed: '0.1', filled: '0.1' }]);
  expect(asked).toEqual([6, 12, 18, 24]);
});

async function placed(price: string, symbol = 'BTC/USDT'): Promise<SendTask> {
  const { committed } = await queue.plan([{ price, symbol }]);
  await queue.record(committed.tasks.map((task) => accepted(task)));
  return committed.tasks[0]!;
}

function seen(task: SendTask, executedQuantity: string, status: 'open' | 'filled' = 'open'): Outcome {
  const { orderId, attempt, account, symbol } = task;
  const report = reportOf(task, { status, executed: executedQuantity });
  return { kind: 'report', orderId, attempt, account, symbol, report, carrier: {} };
}

function executed(task: SendTask, tradeId: string, quantity: string): Outcome {
  const { orderId, attempt, account, symbol } = task;
  return { kind: 'fill', orderId, attempt, account, symbol, fill: execution(task, tradeId, quantity), carrier: {} };
}

function execution(task: SendTask, tradeId: string, quantity: string): Fill {
  return {
    tradeId,
    clientOrderId: task.request.clientOrderId,
    exchangeOrderId: `x-${task.request.clientOrderId}`,
    symbol: task.symbol,
    side: 'buy',
    quantity,
    price: '90000',
    fee: '0.02',
    feeCurrency: 'USDT',
    realizedPnl: '0',
    maker: true,
    at: Date.now(),
  };
}

async function fills() {
  return await queue.sql`
    select trade_id, order_id, attempt, strategy, side, trim_scale(quantity)::text as quantity, trim_scale(fee)::text as fee
    from orders.fill order by id`;
}

async function counted(task: SendTask) {
  return await queue.sql`
    select trim_scale(executed)::text as executed, trim_scale(filled)::text as filled from orders.attempt
    where order_id = ${task.orderId}`;
}

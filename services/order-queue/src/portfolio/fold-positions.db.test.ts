import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { lockPairs } from '../db/lock-pairs.ts';
import { readSizing } from '../db/read-sizing.ts';
import type { Outcome } from '../sending/outcome.ts';
import type { SendTask } from '../sending/send-task.ts';
import { executed, placed } from '../testing/executions.ts';
import { createTestQueue, reportOf, type TestQueue } from '../testing/test-queue.ts';
import { foldPositions } from './fold-positions.ts';

let queue: TestQueue;
const noon = Date.now() - 3_600_000;
const pair = { account: 'a1', symbol: 'BTC/USDT' };

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  await queue.market('BTC/USDT', { open: 20 });
});

afterEach(async () => {
  await queue.end();
});

test('fills make a position in the transaction that records them, and a flip begins at the price of its fill', async () => {
  const [buy, sell] = [await placed(queue, 'buy'), await placed(queue, 'sell')];
  await queue.record([executed(buy, '1', '0.1', '90000', noon + 1)]);
  expect(await positions()).toEqual([{ strategy: 's1', quantity: '0.1', entry: '90000', realized: '0', fees: '0.02' }]);
  await queue.record([executed(sell, '2', '0.1', '91000', noon + 2), executed(sell, '3', '0.1', '92000', noon + 3)]);
  expect(await positions()).toEqual([
    { strategy: 's1', quantity: '-0.1', entry: '92000', realized: '100', fees: '0.06' },
  ]);
});

test('a fill that comes late, or in the same millisecond, is folded in where it belongs', async () => {
  const [buy, sell] = [await placed(queue, 'buy'), await placed(queue, 'sell')];
  await queue.record([executed(sell, '9', '0.05', '91000', noon + 5)]);
  await queue.record([executed(buy, '11', '0.1', '80000', noon + 5)]);
  await queue.record([executed(buy, '10', '0.05', '85000', noon + 5)]);
  await queue.record([executed(buy, '3', '0.05', '90000', noon + 1)]);
  await queue.record([executed(buy, '3', '0.05', '90000', noon + 1)]);
  expect(await positions()).toEqual([
    { strategy: 's1', quantity: '0.15', entry: '81666.666666666667', realized: '50', fees: '0.08' },
  ]);
  expect(
    await queue.sql`select trade from (select exchange_id as trade from orders.position_entry order by at, rank, length(exchange_id), exchange_id) t`,
  ).toEqual(['3', '9', '10', '11'].map((trade) => ({ trade })));
});

test('positions are of a strategy each, and funding of the account is split again when a late fill says who held', async () => {
  const [first, second] = [await placed(queue, 'buy'), await placed(queue, 'buy', 's2')];
  await queue.record([executed(first, '1', '0.1', '90000', noon + 1)]);
  await queue.sql`
    insert into orders.account_entry (account, venue, symbol, kind, exchange_id, amount, foreign_quantity, at)
    values ('a1', 'binance-usdm', 'BTC/USDT', 'funding', '77', -0.4, 0, ${new Date(noon + 10)})`;
  await fold();
  const funding = async () =>
    (await queue.sql`select strategy, trim_scale(funding)::text as funding from orders.position_state order by 1`).map(
      (row) => row.funding,
    );
  expect(await funding()).toEqual(['-0.4']);
  await queue.record([executed(second, '2', '0.3', '90000', noon + 2)]);
  expect(await funding()).toEqual(['-0.1', '-0.3']);
  await queue.record([executed(second, '3', '0.1', '90000', noon + 20)]);
  expect(await funding()).toEqual(['-0.1', '-0.3']);
});

test('a fill stored by a process that could not fold it is folded with the next one', async () => {
  const buy = await placed(queue, 'buy');
  await queue.record([executed(buy, '1', '0.04', '90000', noon + 1)]);
  await queue.sql`
    insert into orders.fill (account, venue, symbol, trade_id, order_id, attempt, strategy, side, price, quantity, fee, maker, at)
    select account, venue, symbol, '2', order_id, attempt, strategy, side, price, quantity, fee, maker, ${new Date(noon + 2)} from orders.fill`;
  await queue.record([executed(buy, '3', '0.02', '90000', noon + 3)]);
  expect(await positions()).toMatchObject([{ quantity: '0.1' }]);
});

test('a late fill of a past day has that day calculated again', async () => {
  const buy = await placed(queue, 'buy');
  await queue.record([executed(buy, '1', '0.1', '90000', noon - 3 * 24 * 3_600_000)]);
  await queue.record([executed(buy, '2', '0.1', '90000', noon + 1)]);
  const [due] = await queue.sql`
    select count(*)::int as days from orders.performance_due
    where day = (${new Date(noon - 3 * 24 * 3_600_000)}::timestamptz at time zone 'Asia/Seoul')::date`;
  expect(due).toEqual({ days: 1 });
});

test('a reduce-only order is sized by the position and what was executed beyond its fills, each once', async () => {
  const buy = await placed(queue, 'buy');
  await queue.record([seen(buy, '0.06')]);
  expect(await sizedBy()).toBe('0.06');
  await queue.record([executed(buy, '1', '0.04', '90000', noon + 1)]);
  expect(await sizedBy()).toBe('0.06');
  await queue.record([seen(buy, '0.1'), executed(buy, '2', '0.06', '90000', noon + 2)]);
  expect(await sizedBy()).toBe('0.1');
});

async function sizedBy() {
  const { symbols } = await readSizing(queue.sql, {
    strategy: 's1',
    account: 'a1',
    venue: 'binance-usdm',
    symbols: ['BTC/USDT'],
  });
  return Number(symbols.get('BTC/USDT')!.position).toString();
}

async function fold() {
  await queue.sql.begin(async (tx) => {
    await lockPairs(tx, [pair]);
    await foldPositions(tx, [pair], queue.configuration());
  });
}

function seen(task: SendTask, quantity: string): Outcome {
  const { orderId, attempt, account, symbol } = task;
  return {
    kind: 'report',
    orderId,
    attempt,
    account,
    symbol,
    report: reportOf(task, { executed: quantity }),
    carrier: {},
  };
}

async function positions() {
  return await queue.sql`
    select strategy, trim_scale(quantity)::text as quantity, trim_scale(round(cost / nullif(quantity, 0), 12))::text as entry,
      trim_scale(realized)::text as realized, trim_scale(fees)::text as fees
    from orders.position_state order by 1`;
}

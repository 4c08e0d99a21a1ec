import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
});

afterEach(async () => {
  await queue.end();
});

test('a pair that cannot be planned fails the tick and delays no other', async () => {
  const { sql } = queue;
  await queue.market('BTC/USDT', { open: 1 });
  await queue.market('ETH/USDT', { open: 1 });
  await queue.plan([
    { symbol: 'BTC/USDT', price: '90000' },
    { symbol: 'BTC/USDT', price: '89000' },
    { symbol: 'ETH/USDT', price: '3000' },
    { symbol: 'ETH/USDT', price: '2900' },
  ]);
  await sql`update market.fact set max_open_orders = 2`;
  // A row no plan can rank: a LIMIT order without a price.
  await sql`update orders.entry set price = null where symbol = 'BTC/USDT' and status = 'pending'`;
  await sql`insert into orders.rebalance_due (account, symbol, due_at) values ('a1', 'BTC/USDT', now() - interval '1 hour'), ('a1', 'ETH/USDT', now())`;

  await expect(queue.tick()).rejects.toThrow('has no price');

  expect((await queue.orders()).map((order) => order.status)).toEqual([
    'submitting',
    'pending',
    'submitting',
    'submitting',
  ]);
  const [due, ...others] = await queue.due();
  expect(others).toEqual([]);
  expect(due).toMatchObject({ symbol: 'BTC/USDT' });
  expect(due!.seconds).toBeGreaterThan(25);
});

import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { HedgeMode, requireOneWay } from './require-one-way.ts';

let queue: TestQueue;
let mode: 'one-way' | 'hedge';
let asked: number;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  mode = 'one-way';
  asked = 0;
});
afterEach(async () => {
  await queue.end();
});

const exchange = {
  async positionMode() {
    asked += 1;
    return mode;
  },
};
const open = (name: string, apiKey: string) =>
  requireOneWay(queue.sql, { name, venue: 'binance-usdm', endpoint: null }, apiKey, exchange);

test('the exchange is asked once per account and key, whoever opens the connection', async () => {
  await open('a1', 'key');
  await open('a1', 'key');
  expect(asked).toBe(1);
  // Another key may be another account of the exchange.
  await open('a1', 'other key');
  await open('a2', 'key');
  expect(asked).toBe(3);
  const [row] = await queue.sql`select asked_with from orders.one_way_account where account = 'a2'`;
  expect(row!.asked_with).not.toContain('key');
});

test('an account in hedge mode is asked each time, until a person has switched it', async () => {
  mode = 'hedge';
  await expect(open('a1', 'key')).rejects.toThrow(HedgeMode);
  await expect(open('a1', 'key')).rejects.toThrow('account a1 is in hedge mode: switch it to one-way mode');
  mode = 'one-way';
  await open('a1', 'key');
  expect(asked).toBe(3);
});

import type { Exchange } from '@sluice/exchange';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { createSymbolSettings } from './symbol-settings.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
});

afterEach(async () => {
  await queue.end();
});

test('a leverage that is changed and changed back is set each time, and only then', async () => {
  const asked: number[] = [];
  const exchange = {
    setLeverage: async (_: string, leverage: number) => void asked.push(leverage),
  } as unknown as Exchange;
  const settings = createSymbolSettings(queue.sql, queue.configuration);
  for (const leverage of [10, 20, 10]) {
    await queue.sql`update config.strategy_account set leverage = ${leverage}`;
    await queue.reconfigure();
    await settings.ensure(exchange, 'a1', 'BTC/USDT');
    await settings.ensure(exchange, 'a1', 'BTC/USDT');
  }
  expect(asked).toEqual([10, 20, 10]);
});

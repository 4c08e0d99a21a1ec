import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { readSizing } from './read-sizing.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
});
afterEach(async () => {
  await queue.end();
});

test('a price is as old as it was last heard to be so, not as the last trade of a quiet market', async () => {
  await queue.market('BTC/USDT', {});
  const seenAt = new Date('2026-01-05T09:00:00.123Z');
  await queue.sql`
    insert into market.last_price (venue, symbol, last, at, seen_at)
    values ('binance-usdm', 'BTC/USDT', 96000, ${new Date('2026-01-05T08:30:00Z')}, ${seenAt})`;
  const of = { strategy: 's1', account: 'a1', venue: 'binance-usdm', symbols: ['BTC/USDT'] };
  const { symbols } = await readSizing(queue.sql, of);
  expect(symbols.get('BTC/USDT')).toMatchObject({ price: '96000', pricedAt: seenAt });
});

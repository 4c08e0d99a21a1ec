import { captureLogs } from '@sluice/telemetry/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { tellOfQueue } from './queue-depth.ts';

let queue: TestQueue;

beforeAll(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  await queue.sql`
    insert into runtime.heartbeat (service, replica, started_at, beat_at, ready, memory_rss, memory_limit)
    select 'order-queue', name, now(), now() + interval '1 hour', true, 120e6, 512e6 from unnest(array['a', 'b']) name`;
});
afterAll(() => queue.end());

const limit = (price: string, symbol = 'BTC/USDT') => ({ symbol, price });

test('one replica tells of the queue, and of each full pair how many of its slots are used', async () => {
  await queue.market('BTC/USDT', { open: 3 });
  await queue.market('ETH/USDT', { open: 20 });
  await queue.sql`insert into orders.foreign_count (account, symbol, open, conditional, counted_at) values ('a1', 'ETH/USDT', 4, 0, now())`;
  await queue.plan([limit('60000'), limit('60001'), limit('60002'), limit('60003'), limit('3000', 'ETH/USDT')]);
  using logs = captureLogs();
  await tellOfQueue(queue.sql, 'b', queue.configuration());
  expect(logs.records).toEqual([]);
  await tellOfQueue(queue.sql, 'a', queue.configuration());
  expect(logs.records.map(({ message }) => message)).toEqual([
    '4 orders on the exchange and 1 waiting, of 1 accounts; 0 pairs due',
    '3 of 3 slots of a1 BTC/USDT used',
    '5 of 20 slots of a1 ETH/USDT used, 4 of them by foreign orders',
  ]);
  expect(logs.records[2]!.attributes).toEqual({
    'event.name': 'pair',
    account: 'a1',
    symbol: 'ETH/USDT',
    slots_used: 5,
    slots: 20,
    foreign: 4,
  });
});

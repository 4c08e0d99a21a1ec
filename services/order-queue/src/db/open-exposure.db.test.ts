import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { accepted, createTestQueue, type TestQueue } from '../testing/test-queue.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
});
afterEach(async () => {
  await queue.end();
});

test('symbols at stake are those with an order alive, of whichever strategy, and those with a position', async () => {
  const { sql } = queue;
  const symbols = async () =>
    (await sql`select venue, symbol from orders.open_exposure order by symbol`).map(({ symbol }) => symbol);
  expect(await symbols()).toEqual([]);
  for (const symbol of ['BTC/USDT', 'ETH/USDT', 'SOL/USDT']) await queue.market(symbol, {});
  await queue.plan([
    { symbol: 'ETH/USDT', price: '1' },
    { symbol: 'ETH/USDT', price: '2' },
  ]);
  const { committed } = await queue.plan(
    [
      { symbol: 'BTC/USDT', price: '1' },
      { symbol: 'SOL/USDT', price: '2' },
    ],
    's2',
  );
  expect(await symbols()).toEqual(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);

  const report = { status: 'cancelled', executed: '0' } as const;
  const sol = committed.tasks.find(({ request }) => request.symbol === 'SOL/USDT')!;
  await queue.record([accepted(sol, report)]);
  await sql`
    insert into orders.position_state (account, symbol, strategy, quantity, cost, realized, fees, other_fees, funding)
    values ('a1', 'ADA/USDT', 's1', -2, -1, 0, 0, '{}', 0), ('a1', 'XRP/USDT', 's1', 0, 0, 5, 0, '{}', 0)`;
  expect(await symbols()).toEqual(['ADA/USDT', 'BTC/USDT', 'ETH/USDT']);
});

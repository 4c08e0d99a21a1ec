import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { claimDueAttempts } from '../db/claims.ts';
import { accepted, createTestQueue, type TestQueue } from '../testing/test-queue.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  await queue.market('BTC/USDT', { open: 20 });
});

afterEach(async () => {
  await queue.end();
});

async function rest(count: number) {
  const orders = Array.from({ length: count }, (_, at) => ({ price: String(90_000 + at) }));
  const { committed } = await queue.plan(orders);
  await queue.record(committed.tasks.map((task) => accepted(task)));
}

test('an order belongs to the first of the CANCELs of one alert that mean it', async () => {
  await rest(3);
  const all = { type: 'CANCEL_ALL_ORDER', side: null, price: null } as const;
  const { alertId, committed } = await queue.plan([
    { ...all, side: 'sell' },
    all,
    ...Array.from({ length: 198 }, () => all),
  ]);
  expect(committed.tasks.map((task) => task.action)).toEqual(['cancel', 'cancel', 'cancel']);
  const requests = await queue.sql`
    select order_index, order_ids from orders.cancel_request
    where alert_id = ${alertId} and order_ids <> '{}' order by order_index`;
  expect(requests).toEqual([{ order_index: 1, order_ids: [1, 2, 3] }]);
});

test('a cancel that an account at fault refuses pauses the account and is told once', async () => {
  await rest(2);
  const { committed } = await queue.plan([{ type: 'CANCEL_ALL_ORDER', side: null, price: null }]);
  const failure = {
    type: 'unknown',
    action: 'pause_account',
    code: '-2015',
    message: 'Invalid API-key',
    retryAfterMs: null,
  } as const;
  for (const task of committed.tasks) {
    await queue.record([{ kind: 'cancel', task, outcome: { kind: 'refused', failure }, lookup: null }]);
  }
  expect((await queue.orders()).map((order) => order.status)).toEqual(['unresolved_cancel', 'unresolved_cancel']);
  expect((await queue.notices()).map(({ kind, detail }) => [kind, detail])).toEqual([
    ['account_paused', 'Invalid API-key'],
  ]);
});

test('a cancel taken again carries the instant of this process, not of the database', async () => {
  await rest(1);
  await queue.plan([{ type: 'CANCEL_ALL_ORDER', side: null, price: null }]);
  await queue.sql`update orders.attempt set due_at = now()`;
  const [claim] = await claimDueAttempts(queue.sql, 'replica-2', 10, Date.parse('2026-01-05T09:00:00Z'));
  expect(claim).toMatchObject({ action: 'cancel', signedAt: new Date('2026-01-05T09:00:00Z') });
});

test('a look-up that ends after a cancel was claimed leaves the cancel its claim', async () => {
  await rest(1);
  const { committed } = await queue.plan([{ type: 'CANCEL_ALL_ORDER', side: null, price: null }]);
  const cancel = committed.tasks[0]!;
  const find = { ...cancel, action: 'find' as const, fence: cancel.fence - 1 };
  await queue.record([{ kind: 'find', task: find, outcome: { kind: 'absent' }, askedAt: Date.now() }]);
  expect((await queue.orders()).map((order) => order.status)).toEqual(['cancelling']);
  expect(await queue.sql`select claimed_by, action from orders.attempt`).toEqual([
    { claimed_by: 'replica-1', action: 'cancel' },
  ]);
});

test('a CANCEL_ALL of 10,000 waiting orders of as many alerts ends them all, each with its two events', async () => {
  await queue.market('ETH/USDT', { open: 1 });
  const { committed } = await queue.plan([
    { symbol: 'ETH/USDT', price: '3000' },
    { symbol: 'ETH/USDT', price: '2999' },
    { symbol: 'ETH/USDT', price: '3001', side: 'sell' },
  ]);
  await queue.record(committed.tasks.map((task) => accepted(task)));
  await queue.sql`
    insert into orders.entry (id, uuid, alert_id, strategy, account, venue, symbol, order_index, arrival, type, side, price,
      reduce_only, quantity, priority, sort_price, status, wanted, received_at)
    select 1000 + n, gen_random_uuid(), 'early' || n, strategy, account, venue, symbol, 0, arrival, type, side, price,
      reduce_only, quantity, priority, sort_price, 'pending', 'parked', received_at
    from orders.entry, generate_series(1, 10000) n where id = 2`;

  const { alertId } = await queue.plan([{ type: 'CANCEL_ALL_ORDER', side: 'buy', symbol: 'ETH/USDT', price: null }]);

  const counts = await queue.sql<{ side: string; status: string; count: number }[]>`
    select side, status, count(*)::int as count from orders.entry group by 1, 2 order by 1, 2`;
  expect(counts).toMatchObject([
    { side: 'buy', status: 'cancelled', count: 10_001 },
    { side: 'buy', status: 'cancelling', count: 1 },
    { side: 'sell', status: 'pending', count: 1 },
  ]);
  const told = await queue.sql`
    select kind, status, count(*)::int as count from orders.event where cause = ${alertId} and order_id <> 1
    group by 1, 2 order by min(id)`;
  expect(told).toEqual([
    { kind: 'cancel_wanted', status: 'pending', count: 10_001 },
    { kind: 'cancelled', status: 'cancelled', count: 10_001 },
  ]);
  const [request] = await queue.sql`select cardinality(order_ids) as orders from orders.cancel_request`;
  expect(request).toEqual({ orders: 10_002 });
});

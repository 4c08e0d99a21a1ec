import { deleteInSteps } from '@sluice/service-runtime';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { accepted, createTestQueue, type TestQueue, takenOff } from '../testing/test-queue.ts';
import { retentionSteps } from './retention-steps.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  await queue.market('BTC/USDT', { open: 20 });
});
afterEach(async () => {
  await queue.end();
});

const ages = { receiptsDays: 90, eventsDays: 30, runsDays: 14 };
const never = new AbortController().signal;
const run = () => deleteInSteps(retentionSteps(queue.sql, ages), { signal: never, pauseMs: 0 });

/** Plans orders and moves everything known of them into the past; `statuses` is what the exchange made of each. */
async function past(days: number, statuses: ('open' | 'cancelled' | 'filled')[], receipt: 'kept' | 'gone') {
  const { sql } = queue;
  const { alertId, committed } = await queue.plan(statuses.map((_, at) => ({ price: String(90_000 + at) })));
  const outcomes = statuses.map((status, at) => {
    const task = committed.tasks.find(({ request }) => request.price === String(90_000 + at))!;
    if (status === 'cancelled') return takenOff(task);
    return accepted(task, status === 'filled' ? { status, executed: '0.1', averagePrice: '1' } : {});
  });
  await queue.record(outcomes);
  const back = sql`${days} * interval '1 day'`;
  await sql`
    update orders.entry set created_at = created_at - ${back}, ended_at = ended_at - ${back} where alert_id = ${alertId}`;
  await sql`
    update orders.event set at = at - ${back} where order_id in (select id from orders.entry where alert_id = ${alertId})`;
  await sql`update orders.alert_answer set completed_at = completed_at - ${back} where alert_id = ${alertId}`;
  if (receipt === 'gone') await sql`delete from gateway.receipt where id = ${alertId}`;
  return alertId;
}

const statuses = async () => (await queue.orders()).map(({ status }) => status);
const count = async (table: string) => (await queue.sql`select from ${queue.sql(table)}`).length;

test('an order that ended without execution goes with its attempts, events and answer once its receipt is gone', async () => {
  await past(91, ['cancelled'], 'gone');
  expect(await run()).toMatchObject({ alerts: 1, orders: 1 });
  for (const table of ['orders.entry', 'orders.attempt', 'orders.event', 'orders.alert_answer', 'orders.alert_account'])
    expect(await count(table), table).toBe(0);
});

test('nothing goes of an order that is alive, and an order that executed something stays with its attempts', async () => {
  await past(400, ['open', 'filled', 'cancelled'], 'gone');
  expect(await run()).toMatchObject({ orders: 1 });
  expect(await statuses()).toEqual(['open', 'filled']);
  expect(await count('orders.attempt')).toBe(2);
  const told = await queue.sql`
    select e.status from orders.event v join orders.entry e on e.id = v.order_id group by e.status`;
  expect(told).toEqual([{ status: 'open' }]);
});

test('while the receipt is there its orders and its answer stay, so that the answer is never composed anew', async () => {
  const alertId = await past(400, ['cancelled'], 'kept');
  expect(await run()).toMatchObject({ alerts: 0, orders: 0 });
  expect(await queue.sql`select alert_id from orders.alert_answer`).toEqual([{ alert_id: alertId }]);
  expect(await queue.sql`select from orders.alert_at_rest`).toHaveLength(1);
});

test('events are told whole until 30 days after the end of their order', async () => {
  await past(31, ['cancelled'], 'kept');
  await past(29, ['cancelled'], 'kept');
  const events = await count('orders.event');
  // Rested for 40 days, ended yesterday.
  const [alive] = await queue.sql`select id from orders.entry order by id desc limit 1`;
  await queue.sql`update orders.event set at = at - interval '40 days' where order_id = ${alive!.id}`;
  const { events: deleted } = await run();
  expect(deleted).toBe(events / 2);
  expect(await statuses()).toEqual(['cancelled', 'cancelled']);
  expect(await run()).toMatchObject({ events: 0 });
});

test('an order a recording transaction holds is not waited for; the next run takes it', async () => {
  await past(91, ['cancelled', 'cancelled'], 'gone');
  const holder = await queue.sql.reserve();
  await holder`begin`;
  await holder`select from orders.entry order by id limit 1 for update`;
  expect(await run()).toMatchObject({ orders: 1 });
  await holder`rollback`;
  holder.release();
  expect(await run()).toMatchObject({ orders: 1 });
});

test('learnt caps go when they have ended; the totals of processes that are gone are folded into one row, those of living ones stay their own', async () => {
  const { sql } = queue;
  await sql`
    insert into orders.learnt_cap (account, symbol, conditional, cap, until)
    values ('a1', 'BTC/USDT', false, 20, now() + interval '5 minutes'), ('a1', 'ETH/USDT', false, 20, now() - interval '2 days')`;
  await sql`insert into orders.rebalance_total (replica, rebalances, duration_ms) values ('', 1, 1), ('a', 2, 2), ('b', 4, 4), ('c', 8, 8)`;
  await sql`insert into runtime.heartbeat (service, replica, started_at, ready, memory_rss, memory_limit) values ('order-queue', 'c', now(), true, 1, 1)`;
  const total = () => sql`select total_rebalances, total_duration_ms from orders.queue_metrics`;
  const before = await total();
  expect(await run()).toMatchObject({ 'ended caps': 1, 'totals of past processes': 2 });
  expect(await total()).toEqual(before);
  expect(await sql`select replica, rebalances::int from orders.rebalance_total order by replica`).toEqual([
    { replica: '', rebalances: 7 },
    { replica: 'c', rebalances: 8 },
  ]);
});

test('balances go with the receipts of their days', async () => {
  await queue.sql`
    insert into orders.account_balance (account, hour, balance, currency)
    values ('a1', now() - interval '91 days', 1, 'USDT'), ('a1', now() - interval '89 days', 1, 'USDT')`;
  expect(await run()).toMatchObject({ balances: 1 });
});

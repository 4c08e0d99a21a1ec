import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { accepted, createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { lockCompletedAlerts } from './alert-progress.ts';
import { renewClaims } from './claims.ts';
import { lockConditionalOrders } from './lock-pairs.ts';
import { writeForeignCount } from './tracking.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
});

afterEach(async () => {
  await queue.end();
});

test('the count of foreign orders is written before the due row, by polls as by recording', async () => {
  const { sql } = queue;
  await writeForeignCount(sql, 'a1', 'BTC/USDT', { open: 3, conditional: 0 });
  await sql`insert into orders.rebalance_due (account, symbol, due_at) values ('a1', 'BTC/USDT', now())`;
  let poll: Promise<void> | undefined;
  await sql.begin(async (tx) => {
    await tx`select from orders.foreign_count for update`;
    poll = writeForeignCount(sql, 'a1', 'BTC/USDT', { open: 1, conditional: 0 });
    await expect.poll(async () => (await sql`select from pg_locks where not granted`).length).toBe(1);
    // The poll waits for the count and holds no due row yet.
    await tx`select from orders.rebalance_due for update nowait`;
  });
  await poll;
  expect(await sql`select open from orders.foreign_count`).toEqual([{ open: 1 }]);
});

test('claims are renewed by id, whatever the order they are sent in', async () => {
  await queue.market('BTC/USDT', { open: 20 });
  const { committed } = await queue.plan([{ price: '90000' }, { price: '90001' }]);
  const [best, second] = committed.tasks;
  expect(best!.orderId).toBeGreaterThan(second!.orderId);
  let renewed: Promise<unknown> | undefined;
  await queue.sql.begin(async (tx) => {
    await tx`select from orders.attempt where order_id = ${second!.orderId} for update`;
    renewed = renewClaims(queue.sql, 'replica-1', [best!, second!], Date.now());
    await expect.poll(async () => (await queue.sql`select from pg_locks where not granted`).length).toBe(1);
    await tx`select from orders.attempt where order_id = ${best!.orderId} for update nowait`;
  });
  expect(await renewed).toHaveLength(2);
  await queue.record(committed.tasks.map((task) => accepted(task)));
});

test("alerts that have their answer take no lock, so a CANCEL of a long queue does not use up the server's", async () => {
  const ids = Array.from({ length: 5 }, (_, at) => `alert-${at}`);
  await queue.sql`insert into orders.alert_answer (alert_id, body) select id, '{}' from unnest(${ids.slice(1)}::text[]) id`;
  const locks = await queue.sql.begin(async (tx) => {
    await lockCompletedAlerts(tx, ids);
    return await tx`select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`;
  });
  expect(locks).toHaveLength(1);
});

test("a tick holds no due row while it waits for the lock of the account's conditional orders", async () => {
  const { sql } = queue;
  await queue.market('BTC/USDT', { scope: 'account', conditional: 1 });
  const stop = { type: 'STOP_MARKET', side: 'sell', stopPrice: '80000' } as const;
  await queue.plan([stop, stop]);
  await queue.bringForward();
  let tick: Promise<unknown> | undefined;
  await sql.begin(async (tx) => {
    await lockConditionalOrders(tx, 'a1');
    tick = queue.tick();
    await expect.poll(async () => (await sql`select from pg_locks where not granted`).length).toBe(1);
    // What recording does under this lock for the other symbols in which stops wait.
    await tx`select from orders.rebalance_due for update nowait`;
  });
  await tick;
});

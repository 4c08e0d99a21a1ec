import type { Exchange, PlaceOrder, PlaceOutcome } from '@sluice/exchange';
import { runWithJobTag } from '@sluice/telemetry';
import { captureLogs } from '@sluice/telemetry/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createTestQueue, reportOf, type TestQueue } from '../testing/test-queue.ts';
import { SendLoop } from './send-loop.ts';
import type { SendTask } from './send-task.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  await queue.market('BTC/USDT', { open: 1 });
});

afterEach(async () => {
  await queue.end();
});

/** A send loop of another process, on an exchange that takes everything and knows nothing by its client id. */
function sendLoop(): SendLoop {
  const exchange = {
    place: async (orders: PlaceOrder[]): Promise<PlaceOutcome[]> =>
      orders.map((request) => ({
        kind: 'accepted',
        report: reportOf({ request, conditional: false } as SendTask),
      })),
    find: async () => ({ kind: 'absent' }),
  } as unknown as Exchange;
  return new SendLoop({
    sql: queue.sql,
    replica: 'replica-2',
    exchanges: { of: async () => exchange, forSending: async () => exchange, close: async () => {} },
    settings: { ensure: async () => {} } as never,
    halts: { reasons: async (of) => of.map(() => null) },
    budget: queue.budget,
    room: queue.room,
    record: (_, outcomes) => queue.record(outcomes),
    committed: () => {},
    now: Date.now,
  });
}

/** A tick sends the second order of an alert once the first is filled. */
async function tickThatSends(): Promise<SendTask[]> {
  await queue.plan([{ price: '90000' }, { price: '89000' }]);
  await queue.sql`
    update orders.entry set status = 'filled', executed = quantity, ended_at = now() where status = 'submitting'`;
  await queue.sql`update orders.attempt set action = null, due_at = null`;
  await queue.sql`
    insert into orders.rebalance_due (account, symbol, due_at) values ('a1', 'BTC/USDT', clock_timestamp())
    on conflict (account, symbol) do update set due_at = excluded.due_at`;
  return await runWithJobTag('QUEUE_REBAL', () => queue.tick());
}

test('what the tick decided is sent and recorded under its tag', async () => {
  const tasks = await tickThatSends();
  using logs = captureLogs();
  const loop = sendLoop();
  loop.add(tasks);
  // A loop that stops waits for no room in the rate limits, and with a new window it may have to ask for some.
  await expect.poll(() => logs.records.some(({ module }) => module === 'plan'), { timeout: 5_000 }).toBe(true);
  await loop.stop();
  const about = logs.records.filter(({ module }) => ['send', 'order', 'plan'].includes(module));
  expect(about.map(({ module, tag }) => `${module} ${tag}`)).toEqual([
    'send QUEUE_REBAL',
    'order QUEUE_REBAL',
    'plan QUEUE_REBAL',
  ]);
});

test('a process that takes the claim over from one that died sends under the tag of who decided it', async () => {
  await tickThatSends();
  // The process that planned it is gone, and its claim has run out.
  await queue.sql`update orders.attempt set due_at = now() - interval '1 second' where action is not null`;
  using logs = captureLogs();
  const loop = sendLoop();
  loop.start();
  await expect.poll(() => logs.records.some(({ module }) => module === 'plan'), { timeout: 5_000 }).toBe(true);
  await loop.stop();
  const about = logs.records.filter(({ module }) => ['send', 'order', 'plan'].includes(module));
  expect(about[0]).toMatchObject({ module: 'send', attributes: { action: 'find' } });
  expect(new Set(about.map(({ tag }) => tag))).toEqual(new Set(['QUEUE_REBAL']));
  // Taking it over is nobody's job.
  expect(logs.records.find(({ message }) => message.startsWith('took over'))!.tag).toBeUndefined();
});

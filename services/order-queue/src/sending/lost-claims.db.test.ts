import type { Exchange, PlaceOrder, PlaceOutcome } from '@sluice/exchange';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { renewClaims } from '../db/claims.ts';
import { createTestQueue, reportOf, type TestQueue } from '../testing/test-queue.ts';
import { SendLoop } from './send-loop.ts';
import type { SendTask } from './send-task.ts';

let queue: TestQueue;
let placed: PlaceOrder[];
let loop: SendLoop;

/** A send loop of `replica-1`, which planned, on an exchange that answers when `answer` resolves. */
function startLoop(answer: Promise<void> = Promise.resolve()): void {
  const exchange = {
    async place(orders: PlaceOrder[]): Promise<PlaceOutcome[]> {
      placed.push(...orders);
      await answer;
      return orders.map((request) => ({
        kind: 'accepted',
        report: reportOf({ request, conditional: false } as SendTask),
      }));
    },
    find: async () => ({ kind: 'absent' }),
  } as unknown as Exchange;
  loop = new SendLoop({
    sql: queue.sql,
    replica: 'replica-1',
    exchanges: { of: async () => exchange, forSending: async () => exchange, close: async () => {} },
    settings: { ensure: async () => {} } as never,
    halts: { reasons: async (of) => of.map(() => null) },
    budget: queue.budget,
    room: queue.room,
    record: (_, outcomes) => queue.record(outcomes),
    committed: () => {},
    now: Date.now,
  });
  loop.start();
}

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  await queue.market('BTC/USDT', { open: 10 });
  placed = [];
});

afterEach(async () => {
  await loop.stop();
  await queue.end();
});

test('orders that were claimed by a commit whose answer was lost are sent, once', async () => {
  await queue.plan([{ price: '90000' }, { price: '89000' }]);
  // The tasks of the plan never reach the loop, as after a connection lost at the commit.
  startLoop();
  await vi.waitFor(async () => expect((await queue.orders()).map((o) => o.status)).toEqual(['open', 'open']), 8_000);
  expect(placed.map((order) => order.price)).toEqual(['90000', '89000']);
});

test('a task that is on the wire is not taken for a lost one', async () => {
  const { committed } = await queue.plan([{ price: '90000' }]);
  let answer = () => {};
  startLoop(new Promise<void>((resolve) => (answer = resolve)));
  loop.add(committed.tasks);
  // Longer than the loop waits before it looks for lost claims, twice over.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  answer();
  await vi.waitFor(async () => expect((await queue.orders())[0]?.status).toBe('open'), 5_000);
  expect(placed).toHaveLength(1);
});

test('tasks that wait long behind a slow exchange keep their claims, and are sent when it answers', async () => {
  const { committed } = await queue.plan(Array.from({ length: 9 }, (_, at) => ({ price: String(90_000 - at) })));
  let answer = () => {};
  startLoop(new Promise<void>((resolve) => (answer = resolve)));
  // Nine single requests, of which six may be on the wire; the claims are six seconds old to begin with.
  await queue.sql`update orders.attempt set signed_at = clock_timestamp() - interval '6 seconds'`;
  loop.add(committed.tasks.map((task) => ({ ...task, conditional: true, signedAt: Date.now() - 6_000 })));
  await vi.waitFor(async () => {
    const [row] = await queue.sql<{ fresh: number }[]>`
      select count(*)::int as fresh from orders.attempt where signed_at > clock_timestamp() - interval '5 seconds'`;
    expect(row!.fresh).toBe(9);
  }, 8_000);
  answer();
  await vi.waitFor(async () => expect((await queue.orders()).every((o) => o.status === 'open')).toBe(true), 8_000);
  expect(new Set(placed.map((order) => order.clientOrderId)).size).toBe(9);
  expect(placed).toHaveLength(9);
});

test('a renewal that is overtaken by a later one does not take the signed instant back', async () => {
  const { committed } = await queue.plan([{ price: '90000' }]);
  const now = Date.now();
  for (const signedAt of [now + 2_000, now + 1_000]) {
    expect(await renewClaims(queue.sql, 'replica-1', committed.tasks, signedAt)).toHaveLength(1);
  }
  const [row] = await queue.sql<{ signed_at: Date }[]>`select signed_at from orders.attempt`;
  expect(row!.signed_at.getTime()).toBe(now + 2_000);
});

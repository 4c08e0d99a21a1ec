import { type Exchange, rateRules } from '@sluice/exchange';
import { createBoss, createNotifier, type Notifier } from '@sluice/service-runtime';
import type { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { ClosedScopes } from './closed-scopes.ts';
import { type Meter, meteredExchange } from './metered-exchange.ts';
import { RateBudget } from './rate-budget.ts';

const { costs } = rateRules('binance-usdm');
let queue: TestQueue;
let boss: PgBoss;
let notifier: Notifier;
let one: RateBudget;
let other: RateBudget;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  boss = await createBoss({ url: queue.url, applicationName: 'order-queue-test', role: 'sender' });
  notifier = createNotifier(queue.sql);
  [one, other] = [replica(), replica()];
  for (const budget of [one, other]) {
    await budget.refresh();
    // Both have room to begin with, and spend it without asking.
    await budget.prefetch('a1', costs.place(5, false), 'ordinary', 3);
    await budget.prefetch('a1', costs.cancel(1, false), 'immediate', 3);
  }
});
afterEach(async () => {
  await Promise.all([one.stop(), other.stop(), notifier.flush()]);
  await boss.stop({ graceful: false });
  await queue.end();
});

function replica(): RateBudget {
  const { sql, configuration } = queue;
  return new RateBudget({ sql, configuration, closed: new ClosedScopes({ sql, boss, notifier }), now: Date.now });
}

function refused(kind: 'orders' | 'weight', banned: boolean, retryAfterMs: number | null) {
  const now = Date.now();
  return { sentAt: now, receivedAt: now, counts: [], refused: { kind, banned, retryAfterMs, message: 'too many' } };
}

const places = (budget: RateBudget) => budget.tryTake('a1', costs.place(1, false), 'ordinary');
const cancels = (budget: RateBudget) => budget.tryTake('a1', costs.cancel(1, false), 'immediate');

test('a ban of the address stops everything in every replica, and is told once', async () => {
  expect([places(one), cancels(one), places(other), cancels(other)]).toEqual([true, true, true, true]);
  one.observe('a1', refused('weight', true, null));
  expect([places(one), cancels(one)]).toEqual([false, false]);
  await vi.waitFor(async () => expect(await queue.notices()).toHaveLength(1));
  await other.refresh();
  expect([places(other), cancels(other)]).toEqual([false, false]);
  other.observe('a1', refused('weight', true, null));
  await notifier.flush();
  const notices = await queue.notices();
  expect(notices).toMatchObject([{ kind: 'rate_limited', key: 'rate:weight binance-usdm default', banned: true }]);
  // Binance bans for two minutes at least.
  expect(one.closedUntil('a1', false)).toBeGreaterThan(Date.now() + 110_000);
});

test('too many orders stop the placements of the account, and no cancel', async () => {
  one.observe('a1', refused('orders', false, 300));
  expect([places(one), cancels(one)]).toEqual([false, true]);
  // What waits is told when the exchange takes orders again.
  const told = new Promise<void>((resolve) => one.onRoom(resolve));
  await told;
  // What was at hand may have been of a window that ended meanwhile.
  await one.prefetch('a1', costs.place(1, false), 'ordinary', 1);
  expect(places(one)).toBe(true);
});

test('a user stream asks for nothing while the address is shut out', async () => {
  let admit: (() => Promise<void>) | undefined;
  const exchange = {
    venue: 'binance-usdm',
    watch(_: unknown, given: () => Promise<void>) {
      admit = given;
    },
  } as unknown as Exchange;
  const meter: Meter = (cost, level, waitMs) => one.take('a1', cost, level, waitMs);
  meteredExchange(exchange, meter, { findIsPaid: false, synced: () => {} }).watch(() => {});
  await admit!();
  one.observe('a1', refused('weight', false, 300));
  await admit!();
  expect(one.closedUntil('a1', false)).toBeNull();
  one.observe('a1', refused('weight', true, null));
  const asked = admit!();
  one.endWaits();
  await expect(asked).rejects.toThrow('no room');
});

test('a process that stops waits for no room, and what waited is told so at once', async () => {
  one.observe('a1', refused('weight', false, 60_000));
  const waiting = one.take('a1', costs.openOrders, 'ordinary', 60_000);
  one.endWaits();
  await expect(waiting).rejects.toThrow('no room in the rate limits of account a1');
  await expect(one.take('a1', costs.openOrders, 'ordinary', 60_000)).rejects.toThrow('no room');
});

import { rateRules } from '@sluice/exchange';
import { createNotifier } from '@sluice/service-runtime';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { bringForward, makeDue } from '../db/rebalance-due.ts';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { ClosedScopes } from './closed-scopes.ts';
import { RateBudget } from './rate-budget.ts';

const { costs } = rateRules('binance-usdm');
let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
});
afterEach(async () => {
  await queue.end();
});

/** The exchange's weight per minute, as market-data stores it. */
async function state(limit: number): Promise<void> {
  await queue.sql`update market.rate_limit set "limit" = ${limit} where kind = 'weight'`;
}

test('an answer by limits that changed while it was awaited closes no window by the old ones', async () => {
  const { sql, configuration } = queue;
  const closed = new ClosedScopes({ sql, boss: undefined as never, notifier: createNotifier(sql) });
  const limitsChanged = vi.fn();
  await state(2_400);
  const budget = new RateBudget({ sql, configuration, closed, now: Date.now, limitsChanged });
  await budget.refresh();
  limitsChanged.mockClear();
  // Another replica knows the new limits already, and has taken more than the old ones allow.
  const windowNo = Math.floor(Date.now() / 60_000);
  for (const ahead of [0, 1])
    await sql`
      insert into runtime.rate_budget (scope, window_ms, slot, window_no, taken)
      values ('weight binance-usdm default', 60000, ${(windowNo + ahead) % 4}, ${windowNo + ahead}, 100000)`;

  let asked: Promise<void> | undefined;
  await sql.begin(async (tx) => {
    await tx`select from runtime.rate_budget for update`;
    asked = budget.prefetch('a1', costs.openOrders, 'ordinary', 1);
    await vi.waitFor(async () => {
      const waiting = await sql`
        select from pg_stat_activity where query like '%take_rate_budget%' and wait_event_type = 'Lock'
          and datname = current_database()`;
      expect(waiting).toHaveLength(1);
    });
    await state(2_000_000);
    await budget.refresh();
  });
  await asked;

  expect(limitsChanged).toHaveBeenCalledTimes(1);
  expect(budget.room('a1', costs.openOrders, 'ordinary').moreAt).toBeNull();
  await budget.prefetch('a1', costs.openOrders, 'ordinary', 1);
  expect(budget.tryTake('a1', costs.openOrders, 'ordinary')).toBe(true);
  await budget.stop();
});

test('pairs that were put off are due at once when there is more room, also where a plan of them is under way', async () => {
  const { sql } = queue;
  const pairs = ['BTC/USDT', 'ETH/USDT'].map((symbol) => ({ account: 'a1', symbol, at: Date.now() + 60_000 }));
  await makeDue(sql, pairs);
  await bringForward(sql);
  expect(await queue.due()).toEqual(pairs.map(({ symbol }) => ({ symbol, seconds: 0 })));
  const versions = await sql<{ version: number }[]>`select version::int from orders.rebalance_due`;
  expect(versions.map(({ version }) => version)).toEqual([2, 2]);
});

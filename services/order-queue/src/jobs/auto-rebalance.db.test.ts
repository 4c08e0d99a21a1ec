import { type Exchange, ExchangeError } from '@sluice/exchange';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { readSizing } from '../db/read-sizing.ts';
import { createAllotting } from '../portfolio/allot-capital.ts';
import { accepted, createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { autoRebalance } from './auto-rebalance.ts';

let queue: TestQueue;
let total: string;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  total = '10000';
  // s1 has a share, s2 its fixed capital.
  await queue.sql`update config.strategy_account set capital = null, share = 40 where strategy = 's1'`;
  await queue.reconfigure();
});

afterEach(async () => {
  await queue.end();
});

const exchange = {
  balance: async () => {
    if (total === '') {
      throw new ExchangeError({
        type: 'network_error',
        action: 'retry',
        code: null,
        message: 'away',
        retryAfterMs: null,
      });
    }
    return { currency: 'USDT', total, free: total };
  },
} as unknown as Exchange;
const exchanges = { of: async () => exchange, forSending: async () => exchange, close: async () => {} };
const allot = async () => await createAllotting(queue.sql, exchanges).run();

async function rebalance(hoursLater = 7) {
  const now = () => Date.now() + hoursLater * 3_600_000;
  const run = autoRebalance({ sql: queue.sql, configuration: queue.configuration, exchanges, now });
  return await run({ signal: new AbortController().signal, slot: new Date(), log: undefined as never });
}

const allotted = async () =>
  await queue.sql`select strategy, trim_scale(amount)::text as amount from orders.allotment order by strategy`;
const history = async () =>
  await queue.sql`
    select strategy, rule, trim_scale(balance)::text as balance, trim_scale(old_amount)::text as old, trim_scale(amount)::text as amount
    from orders.allotment_history order by id`;

test('a share follows the balance once it has moved enough, a fixed capital never, and both are told apart by their history', async () => {
  await allot();
  total = '10400';
  expect(await rebalance()).toMatchObject({ changed: false });
  total = '11000';
  expect(await rebalance()).toEqual({
    changed: true,
    counts: { accounts: 1, allotted: 1, failed: 0 },
    summary:
      'capital of s1 on a1 (threshold: it has moved by 10 %, at least 5 %): 4000 before, now 4400, 40 % of 11000 USDT',
  });
  expect(await allotted()).toEqual([{ strategy: 's1', amount: '4400' }]);
  expect(await history()).toEqual([
    { strategy: 's1', rule: 'first', balance: '10000', old: null, amount: '4000' },
    { strategy: 's1', rule: 'threshold', balance: '11000', old: '4000', amount: '4400' },
  ]);
  expect(await rebalance()).toMatchObject({ changed: false });
});

test("the rules are the account's own", async () => {
  await allot();
  await queue.sql`update config.account set rebalance = '{"threshold": "20", "minIntervalHours": "48"}'`;
  await queue.reconfigure();
  total = '11000';
  expect(await rebalance()).toMatchObject({ changed: false });
  total = '13000';
  expect(await rebalance()).toMatchObject({ changed: false });
  expect(await rebalance(49)).toMatchObject({ changed: true });
});

test('nothing is allotted while an order is on its way, and what waits keeps its quantity when it is', async () => {
  await queue.market('BTC/USDT', { open: 1 });
  await allot();
  total = '20000';
  const { committed } = await queue.plan([{ price: '90000' }, { price: '89000' }]);
  expect(await rebalance()).toMatchObject({ changed: false });
  await queue.record(committed.tasks.map((task) => accepted(task)));
  const before = await queue.sql`select id, quantity from orders.entry order by id`;
  expect(await rebalance()).toMatchObject({ changed: true });
  expect(await queue.sql`select id, quantity from orders.entry order by id`).toEqual(before);
  const of = { strategy: 's1', account: 'a1', venue: 'binance-usdm', symbols: ['BTC/USDT'] };
  expect(Number((await readSizing(queue.sql, of)).allotted)).toBe(8_000);
});

test('a share that is changed is allotted at once, with its rule, by one of the replicas', async () => {
  await allot();
  await queue.sql`update config.strategy_account set share = 10 where strategy = 's1'`;
  total = '12000';
  await Promise.all([allot(), allot()]);
  expect((await history()).slice(1)).toEqual([
    { strategy: 's1', rule: 'share_changed', balance: '12000', old: '4000', amount: '1200' },
  ]);
});

test('capital stays as it is while the balance cannot be read', async () => {
  await allot();
  total = '';
  expect(await rebalance()).toMatchObject({ changed: false, counts: { failed: 1 } });
  expect(await allotted()).toEqual([{ strategy: 's1', amount: '4000' }]);
});

import type { HaltMessage, HaltScope } from '@sluice/contracts';
import type { Exchange, PlaceOrder } from '@sluice/exchange';
import type { Listener } from '@sluice/service-runtime';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { planNextAlert } from '../planning/plan-alert.ts';
import { createSizing } from '../planning/sizing-source.ts';
import { SendLoop } from '../sending/send-loop.ts';
import { accepted, anAlertOrder, createTestQueue, type TestQueue, takenOff } from '../testing/test-queue.ts';
import { changeHalt, commitHalt } from './change-halt.ts';
import { createHaltWatch, HALTS_MAX_AGE_MS, HaltsUnknown, type HaltWatch } from './halt-watch.ts';

let queue: TestQueue;
let watch: HaltWatch;
let request = 0;

const listener: Pick<Listener, 'subscribe' | 'onReconnect'> = {
  subscribe: () => () => {},
  onReconnect: () => () => {},
};
const notifier = { notify: () => {}, flush: async () => {} };
const statuses = async () => (await queue.orders()).map((order) => order.status);

function message(halted: boolean, scope: HaltScope, name = ''): HaltMessage {
  request += 1;
  return { id: `r${request}`, request, halted, scope, name, reason: 'audit', by: 'kim' };
}
const change = (...of: Parameters<typeof message>) => commitHalt(queue.sql, message(...of));

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  await queue.market('BTC/USDT', { open: 1 });
  watch = await createHaltWatch(queue.sql, listener);
});

afterEach(async () => {
  watch.stop();
  await queue.end();
});

describe('a plan after the commit of a halt', () => {
  test('sends nothing, and one after the resume does', async () => {
    const subjects = [
      ['all', ''],
      ['strategy', 's1'],
      ['account', 'a1'],
    ] as const;
    await change(true, 'all');
    const { committed } = await queue.plan([{ price: '90000' }, { type: 'MARKET', price: null }]);
    expect(committed.tasks).toEqual([]);
    await change(false, 'all');
    for (const [scope, name] of subjects) {
      await change(true, scope, name);
      await queue.bringForward();
      expect(await queue.tick()).toEqual([]);
      await change(false, scope, name);
    }
    expect((await queue.tick()).map((task) => task.request.type)).toEqual(['MARKET', 'LIMIT']);
  });

  test('of one strategy lets another have the place', async () => {
    await change(true, 'strategy', 's1');
    await queue.plan([{ price: '90000' }]);
    const { committed } = await queue.plan([{ price: '80000' }], 's2');
    expect(committed.tasks.map((task) => task.strategy)).toEqual(['s2']);
  });

  test('does not give out the place that a swap begun before it frees', async () => {
    const first = await queue.plan([{ price: '90000' }]);
    await queue.record(first.committed.tasks.map((task) => accepted(task)));
    const second = await queue.plan([{ price: '91000' }]);
    expect(second.committed.tasks.map((task) => task.action)).toEqual(['cancel']);
    await change(true, 'all');
    expect((await queue.record(second.committed.tasks.map(takenOff))).tasks).toEqual([]);
    expect(await statuses()).toEqual(['pending', 'pending']);
  });

  test('ends a MARKET order whose time is over, also of a halted strategy', async () => {
    await change(true, 'strategy', 's1');
    await queue.plan([{ type: 'MARKET', price: null }]);
    await queue.sql`update orders.entry set send_before = clock_timestamp() - interval '1 s'`;
    await queue.bringForward();
    await queue.tick();
    expect(await statuses()).toEqual(['expired']);
  });
});

test('what was claimed before a halt is given back right before the wire and goes when it is resumed', async () => {
  const placed: PlaceOrder[] = [];
  const exchange = { place: async (orders: PlaceOrder[]) => void placed.push(...orders) } as unknown as Exchange;
  const sent: Promise<unknown>[] = [];
  const loop = new SendLoop({
    sql: queue.sql,
    replica: 'replica-1',
    exchanges: { of: async () => exchange, forSending: async () => exchange, close: async () => {} },
    settings: { ensure: async () => {} } as never,
    budget: queue.budget,
    room: queue.room,
    halts: watch,
    record: (_, outcomes) => {
      const recorded = queue.record(outcomes);
      sent.push(recorded);
      return recorded;
    },
    committed: () => {},
    now: Date.now,
  });
  const { committed } = await queue.plan([{ price: '90000' }]);
  await change(true, 'account', 'a1');
  // As a process that has heard of it.
  await vi.waitFor(async () => expect(await watch.reasons([{ strategy: 's1', account: 'a1' }])).not.toEqual([null]));
  loop.add(committed.tasks);
  await vi.waitFor(async () => expect(await statuses()).toEqual(['pending']));
  await loop.stop();
  expect(placed).toEqual([]);
  const [event] = await queue.sql`select kind, detail from orders.event order by id desc limit 1`;
  expect(event).toMatchObject({ kind: 'held', detail: { because: 'halted: account a1: audit' } });
  await change(false, 'account', 'a1');
  const [task] = await queue.tick();
  // A further attempt: the one that was held is over.
  expect(task).toMatchObject({ action: 'place', attempt: 2 });
});

test('an account that paused itself is resumed once every process can have read its keys anew', async () => {
  await queue.sql`insert into orders.paused_account (account, reason, revision) values ('a1', 'the key is wrong', 1)`;
  expect((await queue.plan([{ price: '90000' }])).committed.tasks).toEqual([]);
  await change(false, 'account', 'a1');
  const [waits] = await queue.sql<{ ms: number }[]>`
    select round(extract(epoch from due_at - since) * 1000)::int as ms from orders.rebalance_due`;
  expect(waits?.ms).toBeGreaterThan(HALTS_MAX_AGE_MS - 100);
  await queue.bringForward();
  expect((await queue.tick()).map((task) => task.action)).toEqual(['place']);
});

test('a halt that arrives after a later resume changes nothing', async () => {
  const late = message(true, 'all');
  await change(false, 'all');
  await commitHalt(queue.sql, late);
  expect(await watch.reasons([{ strategy: 's1', account: 'a1' }])).toEqual([null]);
});

test('a look at the switches is never older than it may be, though no notification comes', async () => {
  expect(await watch.reasons([{ strategy: 's1', account: 'a1' }])).toEqual([null]);
  watch.stop();
  // Confirmed only after every look from before it has become too old to be used.
  await changeHalt({ sql: queue.sql, notifier }, message(true, 'all'));
  expect(await watch.reasons([{ strategy: 's1', account: 'a1' }])).toEqual(['audit']);
});

test('an answer that comes later than a look may be old is not gone by, and one that always does is none', async () => {
  const clock = { now: 0, perLook: 0 };
  const slow = new Proxy(queue.sql, {
    async apply(sql, self, args) {
      const rows = await Reflect.apply(sql as never, self, args);
      clock.now += clock.perLook;
      return rows;
    },
  });
  const late = await createHaltWatch(
    slow,
    listener,
    () => {},
    () => clock.now,
  );
  late.stop();
  clock.now += HALTS_MAX_AGE_MS + 1;
  clock.perLook = HALTS_MAX_AGE_MS + 1;
  await expect(late.reasons([{ strategy: 's1', account: 'a1' }])).rejects.toThrow('could not be read within 800 ms');
  clock.perLook = HALTS_MAX_AGE_MS;
  expect(await late.reasons([{ strategy: 's1', account: 'a1' }])).toEqual([null]);
});

test('an alert stays next in line while nobody knows what is halted', async () => {
  const { sql, configuration, swaps, room } = queue;
  const orders = [anAlertOrder(0, { price: '90000' })];
  await sql`
    insert into gateway.receipt (id, strategy, received_at, arrival, body_hash, orders, accounts, warnings)
    values (repeat('a', 32), 's1', clock_timestamp(), nextval('gateway.arrival'), '', ${sql.json(orders as never)}, '{a1}', '[]')`;
  // A store that always answers too late for a look.
  const unknown = { reasons: () => Promise.reject(new HaltsUnknown('could not be read within 800 ms')) };
  const exchanges = undefined as never;
  const size = createSizing(sql, configuration, async () => {}, exchanges, unknown, Date.now);
  const deps = { sql, boss: undefined as never, replica: 'replica-1', configuration, swaps, room, now: Date.now };
  await expect(planNextAlert({ ...deps, size }, 's1', 'a1')).rejects.toThrow(HaltsUnknown);
  expect(await sql`select verdict from orders.alert_account`).toEqual([]);
});

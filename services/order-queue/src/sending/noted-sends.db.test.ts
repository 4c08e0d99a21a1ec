import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { noteDayOrders, readOwnNumbers } from '../db/note-day-orders.ts';
import { CLAIM_MS } from '../orders/claim-time.ts';
import { settleOrder } from '../settling/settle-order.ts';
import { createNumberedVenue } from '../testing/numbered-venue.ts';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import type { SendTask } from './send-task.ts';

const MINUTE = 61_000;
const stock = { symbol: '005930/KRW', price: '71200' } as const;

let queue: TestQueue;
let venue: ReturnType<typeof createNumberedVenue>;

beforeAll(async () => {
  queue = await createTestQueue(inject('databaseUrl'), { venue: 'kis' });
  await queue.market(stock.symbol, { open: 20 });
  await alwaysOpen();
});
beforeEach(async () => {
  // A database for each test would take longer than all of them.
  await queue.sql`truncate orders.entry, orders.attempt, orders.event, orders.rebalance_due cascade`;
  await queue.sql`alter sequence orders.entry_id restart`;
  await queue.sql`delete from pgboss.job where name = 'notify'`;
  venue = createNumberedVenue(queue);
});
afterAll(() => queue.end());

/** The session of these days never ends, so that what is tested here does not depend on the hour. */
async function alwaysOpen() {
  const days = [-1, 0, 1].map((day) => new Date(Date.now() + (day * 24 + 9) * 3_600_000).toISOString().slice(0, 10));
  const hours = Object.fromEntries(days.map((day) => [day, '00:00-24:00']));
  await queue.sql`
    update config.venue set open_days = ${queue.sql.json(days)}, special_hours = ${queue.sql.json(hours)}`;
  await queue.reconfigure();
}

/** Performs and records tasks, and what they leave to do, until nothing is left. */
async function run(tasks: SendTask[]): Promise<void> {
  for (let next = tasks; next.length > 0; ) next = (await queue.record(await venue.perform(next))).tasks;
}
const statuses = async () => (await queue.orders()).map(({ status }) => status);
const notices = async () => (await queue.notices()).map(({ kind }) => kind);
const attempts = async () =>
  await queue.sql`select number, exchange_order_id as number_there, noted, person_since is not null as asked
    from orders.attempt order by order_id, number`;

describe('placements where the venue knows no ids of ours', () => {
  test('leave one at a time on each side, the best first, and the next when the first has its answer', async () => {
    const { committed } = await queue.plan([
      { ...stock, price: '71000' },
      stock,
      { ...stock, side: 'sell', price: '72000' },
      { ...stock, side: 'sell', price: '73000' },
    ]);
    expect(committed.tasks.map(({ request }) => [request.side, request.price])).toEqual([
      ['buy', '71200'],
      ['sell', '72000'],
    ]);
    const next = await queue.record(await venue.perform(committed.tasks.slice(0, 1)));
    expect(next.tasks.map(({ request }) => [request.side, request.price])).toEqual([['buy', '71000']]);
    await run([...next.tasks, ...committed.tasks.slice(1)]);
    expect(await statuses()).toEqual(['open', 'open', 'open', 'open']);
    expect(venue.placed).toHaveLength(4);
  });

  test('note the orders of the day before they leave, those of others too', async () => {
    const foreign = venue.add({ ...stock, side: 'buy', type: 'LIMIT', quantity: '1' } as never);
    const { committed } = await queue.plan([stock, { ...stock, price: '71100' }]);
    await run(committed.tasks);
    expect(await attempts()).toMatchObject([
      { noted: [foreign.exchangeOrderId], number_there: venue.day[1]!.exchangeOrderId },
      { noted: venue.day.slice(0, 2).map((order) => order.exchangeOrderId) },
    ]);
  });
});

describe('the note of the day’s orders', () => {
  test('is written by the holder of the claim alone, while it lasts, and signs and keeps it from then on', async () => {
    const { committed } = await queue.plan([stock]);
    const task = committed.tasks[0]!;
    const note = (of = task, replica = 'replica-1', at = Date.now()) =>
      noteDayOrders(queue.sql, replica, of, ['20261123-06010-0000000001'], at);
    expect(await note({ ...task, fence: task.fence + 1 })).toBe(false);
    expect(await note(task, 'replica-2')).toBe(false);
    await queue.sql`update orders.attempt set due_at = clock_timestamp() - interval '1 ms'`;
    expect(await note()).toBe(false);
    await queue.sql`update orders.attempt set due_at = clock_timestamp() + interval '5 s', action = 'find'`;
    expect(await note()).toBe(false);
    expect(await attempts()).toMatchObject([{ noted: null }]);
    await queue.sql`update orders.attempt set action = 'place'`;
    const at = Date.now();
    expect(await note(task, 'replica-1', at)).toBe(true);
    expect(await queue.sql`select noted, noted_at, signed_at, due_at from orders.attempt`).toEqual([
      {
        noted: ['20261123-06010-0000000001'],
        noted_at: new Date(at),
        signed_at: new Date(at),
        due_at: new Date(at + CLAIM_MS),
      },
    ]);
  });

  test('knows our own numbers by account and symbol: an account has numbers of its own', async () => {
    const { committed } = await queue.plan([stock]);
    await run(committed.tasks);
    const number = venue.day[0]!.exchangeOrderId;
    const own = (account: string, symbol: string) => readOwnNumbers(queue.sql, account, symbol, [number, 'another']);
    expect(await Promise.all([own('a1', stock.symbol), own('a2', stock.symbol), own('a1', '000660/KRW')])).toEqual([
      [number],
      [],
      [],
    ]);
  });
});

describe('an answer that is lost', () => {
  async function loseOne(loss: 'taken' | 'not taken') {
    const { committed } = await queue.plan([stock, { ...stock, price: '71100' }]);
    venue.lose(loss);
    const after = await queue.record(await venue.perform(committed.tasks));
    venue.lose(null);
    expect(await statuses()).toEqual(['unresolved_place', 'pending']);
    // Its side waits: another order now could be taken for it.
    expect(after.tasks).toEqual([]);
  }

  test('is found by matching: the one new order of the day that is like it is ours, and the next may leave', async () => {
    const foreign = venue.add({ ...stock, side: 'buy', type: 'LIMIT', quantity: '0.1', stopPrice: null } as never);
    await loseOne('taken');
    await run(await venue.takeOver());
    expect(await statuses()).toEqual(['open', 'open']);
    const [first] = await attempts();
    expect(first).toMatchObject({ number: 1, number_there: venue.day[1]!.exchangeOrderId });
    expect(first!.number_there).not.toBe(foreign.exchangeOrderId);
    expect(venue.placed).toHaveLength(2);
    expect(await notices()).toEqual([]);
  });

  test('of an order that is nowhere goes to a person once it cannot come any more; it is never sent again', async () => {
    await loseOne('not taken');
    await run(await venue.takeOver());
    expect(await statuses()).toEqual(['unresolved_place', 'pending']);
    await venue.later(MINUTE);
    await run(await venue.takeOver());
    // It holds its slot; the side goes on, since what comes now is noted by whoever is sent next.
    expect(await statuses()).toEqual(['unresolved_place', 'open']);
    expect(await queue.notices()).toMatchObject([
      { kind: 'order_unmatched', orderId: 1, side: 'buy', quantity: '0.1', price: '71200', candidates: [] },
    ]);
    expect(await venue.takeOver()).toEqual([]);
    expect(await queue.tick()).toEqual([]);
    expect(venue.placed).toHaveLength(2);
  });

  test('that two orders could be goes to a person with both, and neither is taken for it', async () => {
    await loseOne('taken');
    const twin = venue.add({ ...stock, side: 'buy', type: 'LIMIT', quantity: '0.1', stopPrice: null } as never);
    await run(await venue.takeOver());
    expect(await notices()).toEqual([]);
    await venue.later(MINUTE);
    await run(await venue.takeOver());
    expect(await queue.notices()).toMatchObject([
      { kind: 'order_unmatched', candidates: [venue.day[0]!.exchangeOrderId, twin.exchangeOrderId] },
    ]);
    expect(await attempts()).toMatchObject([{ number_there: null, asked: true }, {}]);
  });

  test('and comes after another was taken for it names the one that is ours: that is followed and cancelled from then on', async () => {
    const { committed } = await queue.plan([stock]);
    const late = await venue.perform(committed.tasks);
    const ours = venue.day.pop()!;
    const twin = venue.add({ ...stock, side: 'buy', type: 'LIMIT', quantity: '0.1', stopPrice: null } as never);
    await run(await venue.takeOver());
    expect(await attempts()).toMatchObject([{ number_there: twin.exchangeOrderId }]);
    venue.day.push(ours);
    await queue.record(late);
    expect(await attempts()).toMatchObject([{ number_there: ours.exchangeOrderId }]);
    expect(await statuses()).toEqual(['open']);
  });

  test('and comes after all, late, settles the order a person was asked about', async () => {
    const { committed } = await queue.plan([stock]);
    venue.lose('not taken');
    await queue.record(await venue.perform(committed.tasks));
    await venue.later(MINUTE);
    await run(await venue.takeOver());
    venue.lose(null);
    expect((await attempts())[0]).toMatchObject({ asked: true });
    const late = venue.add(committed.tasks[0]!.request);
    await queue.record([
      { kind: 'place', task: committed.tasks[0]!, outcome: { kind: 'accepted', report: late }, live: null },
    ]);
    expect(await statuses()).toEqual(['open']);
    expect((await attempts())[0]).toMatchObject({ asked: false, number_there: late.exchangeOrderId });
  });
});

describe('a process that is killed', () => {
  test('before the note has sent nothing: the order is tried again', async () => {
    const { committed } = await queue.plan([stock]);
    await venue.die(committed.tasks[0]!, 'before the note');
    await run(await venue.takeOver());
    expect(await statuses()).toEqual(['pending']);
    await queue.sql`update orders.entry set retry_at = null`;
    await queue.bringForward();
    await run(await queue.tick());
    expect(await statuses()).toEqual(['open']);
    expect(venue.placed).toHaveLength(1);
  });

  test('after the note may have sent it: nobody can tell, so a person is asked', async () => {
    const { committed } = await queue.plan([stock]);
    await venue.die(committed.tasks[0]!, 'after the note');
    await run(await venue.takeOver());
    expect(await statuses()).toEqual(['unresolved_place']);
    await venue.later(MINUTE);
    await run(await venue.takeOver());
    expect(await notices()).toEqual(['order_unmatched']);
    expect(venue.placed).toEqual([]);
  });

  test('after the wire and before the record has its order found by whoever takes over', async () => {
    const { committed } = await queue.plan([stock]);
    await venue.die(committed.tasks[0]!, 'after the wire');
    await run(await venue.takeOver());
    expect(await statuses()).toEqual(['open']);
    expect(venue.placed).toHaveLength(1);
  });

  test('or frozen, and wakes up behind one that has taken over, notes nothing and sends nothing', async () => {
    const { committed } = await queue.plan([stock]);
    const [taken] = await venue.takeOver();
    expect(taken).toMatchObject({ action: 'find', noted: null });
    expect(await venue.perform(committed.tasks)).toEqual([]);
    expect(venue.placed).toEqual([]);
    expect((await attempts())[0]).toMatchObject({ noted: null });
  });
});

describe('a person who was asked', () => {
  async function askAbout() {
    const { committed } = await queue.plan([stock]);
    venue.lose('taken');
    await queue.record(await venue.perform(committed.tasks));
    venue.lose(null);
    const twin = venue.add(committed.tasks[0]!.request);
    await venue.later(MINUTE);
    await run(await venue.takeOver());
    return twin;
  }
  let told = 0;
  async function say(exchangeOrderId: string | null, attempt?: number) {
    told += 1;
    const id = `said-${told}`;
    const deps = {
      sql: queue.sql,
      notifier: { notify: () => {}, flush: async () => {} },
      exchange: async () => venue.exchange,
      record: async (_: string, outcomes: Parameters<TestQueue['record']>[0]) => queue.record(outcomes),
      committed: () => {},
      now: Date.now,
    };
    await settleOrder(deps, { id, orderId: 1, attempt, exchangeOrderId, by: 'kim' });
    const [row] = await queue.sql`select orders.take_settle_reply(${id}) as reply`;
    return row!.reply;
  }

  test('says which order it is: that one is ours from then on', async () => {
    const twin = await askAbout();
    expect(await say(twin.exchangeOrderId)).toEqual({ kind: 'settled', state: 'open' });
    expect(await attempts()).toMatchObject([{ number_there: twin.exchangeOrderId, asked: false }]);
    expect(await say(null)).toMatchObject({ kind: 'refused', reason: 'order 1 is open, and nobody is asked about it' });
  });

  test('says that it never arrived: it may be sent again, once it cannot arrive any more', async () => {
    await askAbout();
    expect(await say(null)).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/^it may still arrive until /),
    });
    expect(await statuses()).toEqual(['unresolved_place']);
    await venue.later(9 * MINUTE);
    expect(await say(null)).toEqual({ kind: 'settled', state: 'pending' });
    await queue.sql`update orders.entry set retry_at = null`;
    await queue.bringForward();
    await run(await queue.tick());
    expect(await statuses()).toEqual(['open']);
    expect(await attempts()).toMatchObject([{ number: 1, number_there: null }, { number: 2 }]);
  });

  test('spoke of an attempt: said once more, it is not held against a later one that is lost as well', async () => {
    await askAbout();
    await venue.later(9 * MINUTE);
    expect(await say(null, 1)).toMatchObject({ kind: 'settled' });
    await queue.sql`update orders.entry set retry_at = null`;
    await queue.bringForward();
    venue.lose('taken');
    await run(await queue.tick());
    venue.lose(null);
    venue.add({ ...stock, side: 'buy', type: 'LIMIT', quantity: '0.1', stopPrice: null } as never);
    await venue.later(MINUTE);
    await run(await venue.takeOver());
    expect(await attempts()).toMatchObject([{ number: 1 }, { number: 2, asked: true }]);
    expect(await say(null, 1)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('attempt 2') });
    expect(await statuses()).toEqual(['unresolved_place']);
  });

  test('and names another order of ours, however long ago that was sent, is refused', async () => {
    const twin = await askAbout();
    await queue.sql`
      insert into orders.attempt (order_id, number, client_id, account, symbol, conditional, request, fence, exchange_order_id, created_at)
      select order_id, 9, 'demo-other', account, symbol, conditional, request, fence, ${twin.exchangeOrderId},
        clock_timestamp() - interval '3 days' from orders.attempt where order_id = 1`;
    expect(await say(twin.exchangeOrderId)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('another order of ours'),
    });
  });

  test('and names an order that it cannot be, or that is not there, changes nothing', async () => {
    await askAbout();
    const other = venue.add({ ...stock, side: 'buy', type: 'LIMIT', quantity: '0.2', stopPrice: null } as never);
    expect(await say(other.exchangeOrderId)).toMatchObject({
      kind: 'refused',
      reason: `${other.exchangeOrderId} is LIMIT buy 0.2 at 71200, and what was sent is LIMIT buy 0.1 at 71200`,
    });
    expect(await say('20261123-06010-9999999999')).toMatchObject({ kind: 'refused' });
    expect(await statuses()).toEqual(['unresolved_place']);
  });
});

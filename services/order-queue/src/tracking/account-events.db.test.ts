import type { Fill, OrderReport } from '@sluice/exchange';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { Outcome } from '../sending/outcome.ts';
import type { SendTask } from '../sending/send-task.ts';
import { accepted, createTestQueue, reportOf, type TestQueue } from '../testing/test-queue.ts';
import { AccountEvents } from './account-events.ts';
import type { OrderEvent } from './match-events.ts';

let queue: TestQueue;
let events: AccountEvents;
let recording: Promise<unknown>;
let reported: Outcome[][];
let announced: string[];
let polled: (string | null)[];
let waiting: (() => void)[];

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  await queue.market('BTC/USDT', { open: 200 });
  [recording, reported, announced, polled, waiting] = [Promise.resolve(), [], [], [], []];
  events = new AccountEvents({
    sql: queue.sql,
    account: 'a1',
    installation: () => 'test',
    report(_, outcomes) {
      reported.push(outcomes);
      if (outcomes.length > 0) recording = recording.then(() => queue.record(outcomes));
      for (const check of waiting) check();
    },
    announceUnknown: async (_, orders) => void announced.push(...orders.map((order) => order.clientOrderId)),
    poll(symbol) {
      polled.push(symbol);
      for (const check of waiting) check();
    },
  });
});

afterEach(async () => {
  events.stop();
  await queue.end();
});

/** Resolves when what was told so far meets a condition, and is recorded. */
async function until(met: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = () => met() && resolve();
    waiting.push(check);
    check();
  });
  await recording;
}

const handed = () => reported.flat().length;

test('the events of an order leave the same rows in whatever order and however often they arrive', async () => {
  const orders = 8;
  const { committed } = await queue.plan(Array.from({ length: orders }, () => ({ price: '90000' })));
  // The answers to half of the placements are not recorded yet when the first event comes.
  await queue.record(committed.tasks.slice(0, orders / 2).map((task) => accepted(task)));
  const arrivals = fc.sample(
    fc.tuple(
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      fc.array(fc.constantFrom(0, 1, 2, 3), { maxLength: 3 }),
    ),
    { numRuns: orders, seed: 7 },
  );
  for (const [at, task] of committed.tasks.entries()) {
    const life = [
      told(task, { executed: '0.02' }, execution(task, `${at}1`, '0.02')),
      told(task, { executed: '0.03' }, execution(task, `${at}2`, '0.01')),
      told(task, { executed: '0.07' }, execution(task, `${at}3`, '0.04')),
      told(task, { status: 'expired', executed: '0.07' }),
    ];
    for (const place of arrivals[at]!.flat()) events.add(life[place]!);
  }
  await until(() => handed() >= orders * 4);
  await queue.record(committed.tasks.slice(orders / 2).map((task) => accepted(task)));
  const rows = await queue.sql`
    select distinct e.status, trim_scale(e.executed)::text as executed, a.final, trim_scale(a.filled)::text as filled, a.action,
      (select count(*)::int from orders.fill f where f.order_id = e.id) as fills,
      (select trim_scale(sum(f.quantity))::text from orders.fill f where f.order_id = e.id) as sum
    from orders.entry e join orders.attempt a on a.order_id = e.id`;
  expect(rows).toEqual([
    { status: 'expired', executed: '0.07', final: true, filled: '0.07', action: null, fills: 3, sum: '0.07' },
  ]);
});

test('an execution of the order a stop became waits until the trigger has named that order', async () => {
  const { committed } = await queue.plan([{ type: 'STOP_MARKET', price: null, stopPrice: '97000' }]);
  const [stop] = committed.tasks;
  await queue.record([accepted(stop!)]);
  const became = {
    clientOrderId: 'made-by-venue',
    exchangeOrderId: '99',
    triggeredOrderId: '99',
    conditional: true,
  } as const;
  events.add(told(stop!, { ...became, status: 'filled', executed: '0.1' }, execution(stop!, '5', '0.1')));
  await until(() => reported.length === 1);
  expect(handed()).toBe(0);
  events.add(told(stop!, { status: 'triggered', triggeredOrderId: '99', executed: null }));
  await until(() => handed() === 3);
  expect(await queue.orders()).toMatchObject([{ status: 'filled' }]);
  expect(await queue.sql`select trade_id, order_id from orders.fill`).toEqual([
    { trade_id: '5', order_id: stop!.orderId },
  ]);
});

test("somebody else's order has its pair polled, and an order under our prefix that is in no table is announced", async () => {
  const task = (await queue.plan([{ price: '90000' }])).committed.tasks[0]!;
  events.add(told(task, { clientOrderId: 'web_1', status: 'cancelled', executed: '0' }));
  await until(() => polled.length === 1);
  expect([polled, announced]).toEqual([['BTC/USDT'], []]);
  const lost = 'test-AAAAAAAAAAAAAAAAAAAAA';
  events.add(told(task, { clientOrderId: lost, executed: '0.01' }));
  await until(() => polled.length === 2);
  expect(announced).toEqual([lost]);
}, 10_000);

test('an acknowledgement is recorded only where the answer to the placement has not come', async () => {
  const { committed } = await queue.plan([{ price: '90000' }, { price: '89000' }]);
  const [answered, unanswered] = committed.tasks;
  await queue.record([accepted(answered!)]);
  for (const task of [answered!, unanswered!]) events.add(told(task, { executed: '0' }));
  await until(() => handed() === 1);
  expect(reported.flat()).toMatchObject([{ kind: 'report', orderId: unanswered!.orderId }]);
  expect((await queue.orders()).map(({ status }) => status)).toEqual(['open', 'open']);
});

function told(task: SendTask, report: Partial<OrderReport>, fill: Fill | null = null): OrderEvent {
  return { kind: 'order', report: reportOf(task, { executed: '0', ...report }), fill };
}

function execution(task: SendTask, tradeId: string, quantity: string): Fill {
  return {
    ...{ tradeId, quantity, symbol: task.symbol, clientOrderId: task.request.clientOrderId, exchangeOrderId: '1' },
    ...{ side: 'buy', price: '90000', fee: '0', feeCurrency: null, realizedPnl: null, maker: true, at: Date.now() },
  };
}

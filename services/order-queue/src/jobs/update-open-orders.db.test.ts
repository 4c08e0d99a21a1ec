import {
  type Exchange,
  ExchangeError,
  type Failure,
  type Fill,
  type LookupOutcome,
  type OrderReport,
} from '@sluice/exchange';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { Outcome } from '../sending/outcome.ts';
import { accepted, createTestQueue, reportOf, type TestQueue, takenOff } from '../testing/test-queue.ts';
import { updateOpenOrders } from './update-open-orders.ts';

let queue: TestQueue;
let listed: Map<string, OrderReport[] | Error>;
let lookedUp: LookupOutcome;
let announced: string[];
let traded: Fill[];
let askedFor: { symbol: string; since: number }[];

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  listed = new Map();
  lookedUp = { kind: 'absent' };
  announced = [];
  traded = [];
  askedFor = [];
});

afterEach(async () => {
  await queue.end();
});

async function poll() {
  // What was just written is left alone for five seconds.
  await queue.sql`update orders.entry set updated_at = now() - interval '1 minute'`;
  await queue.sql`update orders.attempt set reported_at = now() - interval '1 minute' where reported_at is not null`;
  const exchange = {
    openOrders: async (symbol: string) => {
      const list = listed.get(symbol) ?? [];
      if (list instanceof Error) throw list;
      return list;
    },
    find: async () => lookedUp,
    fills: async (symbol: string, from: { since: number }) => {
      askedFor.push({ symbol, ...from });
      return traded;
    },
  } as unknown as Exchange;
  const outcomes: Outcome[] = [];
  const run = updateOpenOrders({
    sql: queue.sql,
    configuration: queue.configuration,
    exchanges: { of: async () => exchange, forSending: async () => exchange, close: async () => {} },
    report: (_, seen) => void outcomes.push(...seen),
    announceUnknown: async (_, orders) => void announced.push(...orders.map((order) => order.clientOrderId)),
    now: Date.now,
  });
  const { counts } = await run({ signal: new AbortController().signal, slot: new Date(), log: undefined as never });
  return { outcomes, counts };
}

test('a symbol the exchange cannot list hides no fill of the others', async () => {
  for (const symbol of ['BTC/USDT', 'DOGE/USDT', 'ETH/USDT']) await queue.market(symbol, { open: 20 });
  const { committed } = await queue.plan([
    { symbol: 'BTC/USDT', price: '90000' },
    { symbol: 'DOGE/USDT', price: '1' },
    { symbol: 'ETH/USDT', price: '3000' },
  ]);
  await queue.record(committed.tasks.map((task) => accepted(task)));
  for (const task of committed.tasks) listed.set(task.symbol, [reportOf(task, { executed: '0.05' })]);
  listed.set('DOGE/USDT', new Error('Invalid symbol.'));
  const { outcomes, counts } = await poll();
  expect(outcomes.map((outcome) => outcome.kind === 'report' && outcome.symbol)).toEqual(['BTC/USDT', 'ETH/USDT']);
  expect(counts).toMatchObject({ pairs: 2, changed: 2, failed: 1 });
});

test('an order of ours that stands on the exchange after its end takes room and is announced', async () => {
  await queue.market('BTC/USDT', { open: 20 });
  const { committed } = await queue.plan([{ price: '90000' }, { price: '89000' }]);
  const [best, other] = committed.tasks;
  await queue.record([accepted(best!), accepted(other!)]);
  const cancelling = await queue.plan([{ type: 'CANCEL', orderId: String(best!.orderId), price: null }]);
  await queue.record(cancelling.committed.tasks.map(takenOff));
  listed.set('BTC/USDT', [reportOf(best!), reportOf(other!)]);
  await poll();
  expect(announced).toEqual([best!.request.clientOrderId]);
  expect(await queue.sql`select open from orders.foreign_count`).toEqual([{ open: 1 }]);
});

test('foreign stops alone keep a pair on the list, so that their end is seen', async () => {
  await queue.market('BTC/USDT', { open: 20 });
  await queue.sql`insert into orders.foreign_count (account, symbol, open, conditional, counted_at) values ('a1', 'BTC/USDT', 0, 5, now())`;
  const { counts } = await poll();
  expect(counts).toMatchObject({ pairs: 1 });
  expect(await queue.sql`select conditional from orders.foreign_count`).toEqual([{ conditional: 0 }]);
  expect(await queue.due()).toHaveLength(1);
});

test('orders of a symbol the exchange does not have any more are looked up, and end once that is proven', async () => {
  await queue.market('DOGE/USDT', { open: 20 });
  const { committed } = await queue.plan([{ symbol: 'DOGE/USDT', price: '1' }]);
  await queue.record(committed.tasks.map((task) => accepted(task)));
  await queue.sql`update market.symbol set status = 'closed' where symbol = 'DOGE/USDT'`;
  const failure: Failure = {
    type: 'invalid_symbol',
    action: 'fail',
    code: '-1121',
    message: 'Invalid symbol.',
    retryAfterMs: null,
  };
  listed.set('DOGE/USDT', new ExchangeError(failure));
  lookedUp = { kind: 'no_market', failure };
  await queue.sql`update orders.attempt set signed_at = now() - interval '1 hour'`;
  for (const status of ['open', 'cancelled']) {
    const { outcomes, counts } = await poll();
    expect(counts).toMatchObject({ missing: 1, failed: 0 });
    await queue.record(outcomes);
    expect(await queue.orders()).toMatchObject([{ status }]);
  }
  expect(await queue.notices()).toMatchObject([
    { kind: 'order_expired', detail: 'the exchange does not know it any more' },
  ]);
});

test('executions that were seen only as a total are read from the list, each for its own attempt, and once', async () => {
  await queue.market('BTC/USDT', { open: 20 });
  const { committed } = await queue.plan([
    { price: '90000' },
    { type: 'STOP_MARKET', price: null, stopPrice: '97000' },
  ]);
  const [limit, stop] = committed.tasks;
  const triggered = { status: 'filled', executed: '0.1', triggeredOrderId: '99' } as const;
  await queue.record([accepted(limit!, { executed: '0.04' }), accepted(stop!, triggered)]);
  listed.set('BTC/USDT', [reportOf(limit!, { executed: '0.04' })]);
  const trade = {
    clientOrderId: null,
    symbol: 'BTC/USDT',
    side: 'buy',
    price: '90000',
    maker: true,
    at: Date.now(),
  } as const;
  const free = { fee: '0', feeCurrency: null, realizedPnl: null };
  traded = [
    { ...trade, ...free, tradeId: '1', exchangeOrderId: `x-${limit!.request.clientOrderId}`, quantity: '0.04' },
    { ...trade, ...free, tradeId: '2', exchangeOrderId: '4711', quantity: '5' },
    { ...trade, ...free, tradeId: '3', exchangeOrderId: '99', quantity: '0.1' },
  ];
  const { outcomes, counts } = await poll();
  expect(counts).toMatchObject({ fills: 2, changed: 0 });
  await queue.record(outcomes);
  expect(await queue.sql`select trade_id, order_id from orders.fill order by trade_id`).toEqual([
    { trade_id: '1', order_id: limit!.orderId },
    { trade_id: '3', order_id: stop!.orderId },
  ]);
  // Nothing is missing any more, so nothing is asked for.
  await poll();
  expect(askedFor).toEqual([{ symbol: 'BTC/USDT', since: expect.any(Number) }]);
});

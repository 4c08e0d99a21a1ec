import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { answerSchemas } from '../http/openapi.ts';
import {
  adminToken,
  createInstallation,
  type TestGateway,
  type TestInstallation,
} from '../testing/test-installation.ts';

let installation: TestInstallation;
let gateway: TestGateway;
const alert = 'a'.repeat(32);

const get = (path: string) => gateway.get(path, { authorization: `Bearer ${adminToken}` });
const main = 'test1-binance-usdm';
const other = 'test2-binance-usdm';

beforeAll(async () => {
  installation = await createInstallation(inject('databaseUrl'));
  await installation.addStrategy('test1');
  await installation.addStrategy('test2');
  const { sql } = installation;
  await sql`update config.account set max_open_orders = 2`;
  await sql`
    insert into orders.entry (id, uuid, alert_id, strategy, account, venue, symbol, order_index, arrival, type, side, price,
      reduce_only, quantity, executed, priority, sort_price, status, wanted, attempt, retry_at, failure_type, received_at,
      ended_at)
    select id, gen_random_uuid(), ${alert}, strategy, strategy || '-binance-usdm', 'binance-usdm', symbol, id, id, type,
      'buy', price, false, 0.5, executed, 3, price, status, case id when 3 then 'parked' else 'live' end, attempt, retry_at, failure_type, now(),
      case when status = 'filled' then now() end
    from (values
      (1, 'test1', 'BTC/USDT', 'LIMIT', 95000, 0,    'open',    1, null::timestamptz, null),
      (2, 'test1', 'BTC/USDT', 'LIMIT', 94000, 0.2,  'open',    1, null, null),
      (3, 'test1', 'BTC/USDT', 'LIMIT', 93000, 0,    'pending', 0, null, null),
      (4, 'test1', 'BTC/USDT', 'LIMIT', 92000, 0,    'pending', 1, now() + interval '1 minute', 'rate_limit'),
      (5, 'test1', 'BTC/USDT', 'LIMIT', 96000, 0.5,  'filled',  1, null, null),
      (6, 'test2', 'ETH/USDT', 'LIMIT', 3000,  0,    'pending', 0, null, null)
    ) o(id, strategy, symbol, type, price, executed, status, attempt, retry_at, failure_type)`;
  await sql`
    insert into orders.attempt (order_id, number, client_id, account, symbol, conditional, request, exchange_order_id, executed)
    values (2, 1, 'test-2', ${main}, 'BTC/USDT', false, '{"quantity":"0.5","price":"94000"}', '812', 0.2)`;
  await sql`
    insert into orders.event (order_id, kind, status, attempt, cause, detail) values
      (2, 'created', 'pending', 0, ${alert}, null),
      (2, 'submitting', 'submitting', 1, ${alert}, '{"quantity":"0.5"}'),
      (2, 'sent', 'open', 1, ${alert}, '{"executed":"0","exchange_order_id":"812"}'),
      (2, 'partly_filled', 'open', 1, 'ORDER_UPDATE', '{"executed":"0.2"}')`;
  await sql`
    insert into gateway.dead_letter (reason, strategy, detail, body, bytes)
    values ('malformed', 'test1', 'orders[0].price: is missing', '{"group_name":"test1","token":"****"}', 37)`;
  await sql`
    insert into orders.halt (scope, name, halted, reason, asked_by, request) values ('strategy', 'test2', true, 'audit', 'kim', 1)`;
  gateway = await installation.gateway();
});
afterAll(() => installation.end());

describe('orders', () => {
  test('are listed newest first, each with its rank and why it waits', async () => {
    const { status, body } = await get('/api/orders');
    expect(status).toBe(200);
    answerSchemas.orders.parse(body);
    expect(body.next).toBeNull();
    expect(body.orders.map((o: Record<string, unknown>) => [o.id, o.state, o.rank, o.waits])).toEqual([
      [6, 'pending', 1, 'halted: strategy test2: audit'],
      [5, 'filled', null, null],
      [4, 'pending', 4, expect.stringMatching(/^retry in \d+ s after rate_limit$/)],
      [3, 'pending', 3, 'rank 3, limit 2'],
      [2, 'open', 2, null],
      [1, 'open', 1, null],
    ]);
    expect(body.orders[4]).toMatchObject({ symbol: 'BTC/USDT', remaining: '0.3', executed: '0.2', order_id: '812' });
  });

  test('say of one that the rate limits keep that it is its turn, and until when the exchange wants nothing', async () => {
    const waits = async () => (await get('/api/orders/3')).body.order.waits;
    await installation.sql`update orders.entry set wanted = 'live' where id = 3`;
    expect(await waits()).toContain('room in the rate limits');
    const until = new Date(Date.now() + 60_000);
    await installation.sql`insert into runtime.rate_closed values (${`orders ${main}`}, ${until}, '-1015')`;
    expect(await waits()).toBe(`rate limit: the exchange takes nothing before ${until.toISOString()}`);
    await installation.sql`delete from runtime.rate_closed`;
    await installation.sql`update orders.entry set wanted = 'parked' where id = 3`;
  });

  test.each([
    ['strategy=test2', [6]],
    [`account=${main}`, [5, 4, 3, 2, 1]],
    ['symbol=btcusdt&state=live', [4, 3, 2, 1]],
    ['state=ended', [5]],
    [`state=pending,filled&account=${main},${other}`, [6, 5, 4, 3]],
    ['strategy=test1&account=test2-binance-usdm', []],
  ])('are filtered by %s', async (query, ids) => {
    const { body } = await get(`/api/orders?${query}`);
    expect(body.orders.map(({ id }: { id: number }) => id)).toEqual(ids);
  });

  test('come in pages that together are all of them, once', async () => {
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await get(`/api/orders?account=${main}&limit=2&cursor=${cursor}`);
      seen.push(...body.orders.map(({ id }: { id: number }) => id));
      cursor = body.next;
    }
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });

  test.each([
    ['strategy=tset', 'strategy: there is no strategy "tset"; there are test1, test2'],
    ['account=x', `account: there is no account "x"; there are ${main}, ${other}`],
    ['state=opne', 'state: is "opne": should be live, ended, or one or more of pending'],
    ['limit=0', 'limit: is "0": should be a whole number from 1 to 500'],
    ['cursor=x', 'cursor: is "x": should be "next" of the page before'],
    ['symbol=BTC', 'symbol: '],
  ])('are not looked for by %s', async (query, error) => {
    const { status, body } = await get(`/api/orders?${query}`);
    expect(status).toBe(400);
    expect(body.error.startsWith(error)).toBe(true);
  });

  test('tell their story', async () => {
    const { body } = await get('/api/orders/2');
    answerSchemas.orderStory.parse(body);
    expect(body.attempts).toMatchObject([{ number: 1, order_id: '812', executed: '0.2' }]);
    expect(body.events.map(({ text }: { text: string }) => text)).toEqual([
      `Stored by alert ${alert}.`,
      'Given a place and about to be sent, quantity 0.5 (attempt 1).',
      'Accepted by the exchange as 812.',
      'Filled in part: 0.2 so far.',
    ]);
    expect((await get('/api/orders/99')).status).toBe(404);
    expect((await get('/api/orders/x')).status).toBe(404);
  });
});

test('strategies show their accounts, capital and live orders', async () => {
  const { body } = await get('/api/strategies');
  answerSchemas.strategies.parse(body);
  expect(body.strategies).toMatchObject([
    {
      strategy: 'test1',
      halted: null,
      orders: { open: 2, pending: 2 },
      accounts: [{ account: main, capital: '10000', leverage: '10', hold: null }],
    },
    {
      strategy: 'test2',
      halted: 'audit',
      orders: { pending: 1 },
      accounts: [{ hold: 'halted: strategy test2: audit' }],
    },
  ]);
  const first = await get('/api/strategies?limit=1');
  expect(first.body.next).toBe('test1');
  expect((await get('/api/strategies?cursor=test1')).body.strategies).toHaveLength(1);
});

test('accounts show what is open, and why one is paused', async () => {
  await installation.sql`insert into orders.paused_account (account, reason, revision) values (${other}, 'the key is wrong', 1)`;
  const { body } = await get('/api/accounts');
  answerSchemas.accounts.parse(body);
  expect(body.accounts).toMatchObject([
    { account: main, venue: 'binance-usdm', open: 2, pending: 2, limit: 2, paused: null, foreign_open: 0 },
    { account: other, open: 0, pending: 1, paused: 'the key is wrong' },
  ]);
});

test("positions are shown with their value and how old its price is, page by page, and what is nobody's", async () => {
  const at = new Date(Date.now() - 60_000);
  await installation.sql`
    insert into orders.position_state (account, symbol, strategy, quantity, cost, realized, fees, other_fees, funding) values
      (${main}, 'BTC/USDT', 'test1', -0.30, -27000, 12.50, 1.2, '{"BNB":"0.01"}', -0.4),
      (${main}, 'ETH/USDT', 'test1', 0, 0, -3, 0.5, '{}', 0)`;
  await installation.sql`
    insert into orders.position_check (account, symbol, mark_price, mark_at, exchange_quantity, unattributed, compared_at) values
      (${main}, 'BTC/USDT', 91000, ${at}, -0.2, 0.1, now()), (${other}, 'SOL/USDT', null, null, 7, 7, now())`;
  const { body } = await get('/api/positions');
  answerSchemas.positions.parse(body);
  expect(body.positions).toMatchObject([
    {
      ...{ strategy: 'test1', account: main, symbol: 'BTC/USDT', quantity: '-0.3', average_entry: '90000' },
      ...{ realized_pnl: '12.5', unrealized_pnl: '-300', mark_price: '91000', mark_at: at.toISOString() },
      ...{ other_fees: { BNB: '0.01' }, unattributed: '0.1' },
    },
    { symbol: 'ETH/USDT', quantity: '0', average_entry: null, unrealized_pnl: '0', realized_pnl: '-3' },
    { strategy: null, account: other, symbol: 'SOL/USDT', quantity: '0', unattributed: '7' },
  ]);
  const first = await get('/api/positions?limit=2');
  const rest = await get(`/api/positions?cursor=${first.body.next}`);
  expect([...first.body.positions, ...rest.body.positions]).toEqual(body.positions);
  expect((await get('/api/positions?strategy=test1&symbol=ETHUSDT')).body.positions).toHaveLength(1);
  expect((await get('/api/positions?account=nobody')).body.error).toContain('there is no account "nobody"');
  expect((await get('/api/positions?cursor=x')).status).toBe(400);
});

test('results of days are summed over the accounts of a strategy, newest first, page by page', async () => {
  await installation.sql`
    insert into orders.performance_day (day, strategy, account, trades, wins, realized, fees, other_fees, funding, capital) values
      ('2025-10-22', 'test1', ${main}, 3, 2, 40, 1, '{"BNB":"0.01"}', -0.5, 10000),
      ('2025-10-22', 'test1', ${other}, 1, 0, -10, 0.5, '{"BNB":"0.02"}', 0, 5000),
      ('2025-10-23', 'test1', ${main}, 0, 0, 0, 0, '{}', 0, null),
      ('2025-10-23', 'test2', ${main}, 1, 1, 5, 0, '{}', 0, 1000)`;
  const { body } = await get('/api/performance');
  answerSchemas.performance.parse(body);
  expect(body.performance).toMatchObject([
    { day: '2025-10-23', strategy: 'test1', trades: 0, return_percent: null },
    { day: '2025-10-23', strategy: 'test2', return_percent: '0.5' },
    {
      ...{ day: '2025-10-22', strategy: 'test1', trades: 4, wins: 2, realized_pnl: '30', fees: '1.5', funding: '-0.5' },
      ...{ other_fees: { BNB: '0.03' }, capital: '15000', return_percent: '0.186667' },
    },
  ]);
  const first = await get('/api/performance?limit=1');
  const rest = await get(`/api/performance?cursor=${first.body.next}`);
  expect([...first.body.performance, ...rest.body.performance]).toEqual(body.performance);
  const some = await get(`/api/performance?strategy=test1&account=${other}&from=2025-10-22&to=2025-10-22`);
  expect(some.body.performance).toMatchObject([{ day: '2025-10-22', trades: 1, capital: '5000' }]);
  expect((await get('/api/performance?from=2025-02-30')).body.error).toContain('should be a day');
});

test('dead letters are listed and shown', async () => {
  const { body } = await get('/api/dead-letters');
  answerSchemas.deadLetters.parse(body);
  expect(body.dead_letters).toMatchObject([{ id: 1, reason: 'malformed', detail: 'orders[0].price: is missing' }]);
  expect((await get('/api/dead-letters/1')).body.dead_letter.body).toContain('****');
  expect((await get('/api/dead-letters/2')).status).toBe(404);
});

test.each([
  '/api/orders',
  '/api/orders/1',
  '/api/strategies',
  '/api/accounts',
  '/api/positions',
  '/api/performance',
  '/api/dead-letters',
  '/api/dead-letters/1',
])('%s is for operators alone', async (path) => expect((await gateway.get(path)).status).toBe(401));

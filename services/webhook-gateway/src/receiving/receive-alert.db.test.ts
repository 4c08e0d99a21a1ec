import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  createInstallation,
  limitAlert,
  type TestGateway,
  type TestInstallation,
  tokenOf,
} from '../testing/test-installation.ts';

let installation: TestInstallation;
let gateway: TestGateway;
let second: TestGateway;

beforeAll(async () => {
  installation = await createInstallation(inject('databaseUrl'));
  for (const name of ['test1', 'resent', 'ids', 'racing']) await installation.addStrategy(name);
  await installation.addStrategy('quick', { maxLagMs: 60_000 });
  await installation.addStrategy('asleep', { active: false });
  await installation.addStrategy('nobody', { venues: [] });
  await installation.addStrategy('listed', { venues: ['listed-venue'] });
  await installation.addStrategy('half-listed', { venues: ['listed-venue-2', 'unread-venue'] });
  await installation.listSymbols('listed-venue', ['BTC/USDT']);
  await installation.listSymbols('listed-venue-2', ['BTC/USDT']);
  gateway = await installation.gateway();
  second = await installation.gateway();
  installation.startOrderQueue();
});
afterAll(() => installation.end());

const receipts = () => installation.sql`select * from gateway.receipt order by received_at`;
async function receipt(id: string) {
  const [row] = await installation.sql`select * from gateway.receipt where id = ${id}`;
  return row;
}
/** Until the answer is noted; without it the next equal body is a resend. */
async function answered(id: string): Promise<void> {
  await expect.poll(async () => (await receipt(id))?.answered_at, { timeout: 2_000 }).toBeInstanceOf(Date);
}

describe('an alert that is taken', () => {
  test('is answered with its result, stored without its token, and has its planning job', async () => {
    const { status, body } = await gateway.post(
      limitAlert('test1', { note: `pass ${tokenOf('test1')}`, price: 95000.5 }),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ action: 'batch_order', strategy: 'test1', success: true });
    expect(body.id).toMatch(/^[0-9a-f]{32}$/);
    expect(body.warnings).toEqual(['note: unknown field, kept but not used']);
    const stored = await receipt(body.id);
    expect(stored?.body).toBe(
      '{"group_name":"test1","symbol":"BTC/USDT","order_type":"LIMIT","side":"buy","price":95000.5,"qty_per":10,"note":"***"}',
    );
    expect(stored?.accounts).toEqual(['test1-binance-usdm']);
    const jobs =
      await installation.sql`select data from pgboss.job where name = 'plan_alert' and data->>'alertId' = ${body.id}`;
    expect(jobs).toEqual([{ data: { alertId: body.id, strategy: 'test1' } }]);
    const rows = await installation.sql`select * from gateway.receipt`;
    expect(JSON.stringify(rows)).not.toContain(tokenOf('test1'));
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1'])(
    'is read whatever its content type is (%s)',
    async (type) => {
      const { status } = await gateway.post(limitAlert('test1', { type }), { 'content-type': type });
      expect(status).toBe(200);
    },
  );

  test('can be asked for by its id afterwards, at any replica and without a token', async () => {
    const { body } = await gateway.post(limitAlert('test1', { again: 1 }));
    expect((await second.get(`/api/webhook/${body.id}`)).body).toEqual(body);
  });

  test('is not known under another id', async () => {
    for (const id of ['0'.repeat(32), 'x', `${'0'.repeat(31)}%00`]) {
      expect((await gateway.get(`/api/webhook/${id}`)).status).toBe(404);
    }
  });
});

describe('an alert the gateway answers itself', () => {
  test('fired longer ago than max_lag is stored and answered as stale', async () => {
    const { status, body } = await gateway.post(limitAlert('quick', { timestamp: '2025-01-01T00:00:00Z' }));
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: false, results: [], summary: { total_orders: 1 } });
    expect(body.error).toMatch(/^stale: fired \d+\.\d s before it arrived, max_lag is 60 s$/);
    expect(await receipt(body.id)).toMatchObject({ arrival: null, refusal: body.error });
    expect((await second.get(`/api/webhook/${body.id}`)).body).toEqual(body);
    const jobs = await installation.sql`select 1 from pgboss.job where data->>'alertId' = ${body.id}`;
    expect(jobs).toHaveLength(0);
  });

  test('fired just now is taken', async () => {
    const { body } = await gateway.post(limitAlert('quick', { timestamp: new Date().toISOString() }));
    expect(body.success).toBe(true);
  });

  test('of an inactive strategy is answered with that reason', async () => {
    const { status, body } = await gateway.post(limitAlert('asleep'));
    expect([status, body.success, body.error]).toEqual([200, false, 'inactive: strategy asleep takes no alerts']);
  });

  test('of a strategy without accounts is answered with that reason', async () => {
    const { body } = await gateway.post(limitAlert('nobody'));
    expect([body.success, body.error]).toEqual([false, 'no_account: strategy nobody has no account']);
  });
});

describe('two equal alerts', () => {
  test('2 s apart, both answered, are two', async () => {
    const first = await gateway.post(limitAlert('resent', { n: 1 }));
    await answered(first.body.id);
    const next = await second.post(limitAlert('resent', { n: 1 }));
    expect(next.body.duplicate_of).toBeUndefined();
    expect((await receipt(next.body.id))?.arrival).toBeGreaterThan((await receipt(first.body.id))?.arrival);
  });

  test('after an answer was noted more than once are still two', async () => {
    const alert = limitAlert('resent', { n: 2 });
    for (let at = 0; at < 3; at += 1) {
      const { body } = await gateway.post(alert);
      expect(body.duplicate_of).toBeUndefined();
      await answered(body.id);
    }
  });

  test('of which the first was not answered are one, and the resend gets its result', async () => {
    const alert = limitAlert('resent', { n: 3 });
    const first = await gateway.post(alert);
    await answered(first.body.id);
    await installation.sql`update gateway.receipt set answered_at = null where id = ${first.body.id}`;
    const again = await second.post(alert);
    expect(again.body).toEqual({ ...first.body, id: again.body.id, duplicate_of: first.body.id });
    expect(await receipt(again.body.id)).toMatchObject({ arrival: null, duplicate_of: first.body.id, body: null });
    expect((await gateway.get(`/api/webhook/${again.body.id}`)).body).toEqual(again.body);
    const notices = await installation.sql`
      select data from pgboss.job where name = 'notify' and data->>'alertId' = ${again.body.id}`;
    expect(notices[0]?.data).toMatchObject({ kind: 'alert_duplicate', strategy: 'resent', duplicateOf: first.body.id });
    // The resend was answered, and with it the alert.
    await answered(first.body.id);
  });

  test('more than 30 s apart are two, answered or not', async () => {
    const alert = limitAlert('resent', { n: 4 });
    const first = await gateway.post(alert);
    await answered(first.body.id);
    await installation.sql`
      update gateway.receipt set answered_at = null, received_at = received_at - interval '31 s' where id = ${first.body.id}`;
    expect((await gateway.post(alert)).body.duplicate_of).toBeUndefined();
  });

  test('of two strategies are two', async () => {
    const first = await gateway.post(limitAlert('resent', { n: 5 }));
    const other = await gateway.post(limitAlert('test1', { n: 5 }));
    expect(other.body.duplicate_of).toBeUndefined();
    expect(first.body.id).not.toBe(other.body.id);
  });

  test('with different numbers that are equal in value are two, since nothing is guessed', async () => {
    const text = JSON.stringify(limitAlert('resent', { n: 6, price: '@' }));
    const first = await gateway.post(text.replace('"@"', '95000.0'));
    await installation.sql`update gateway.receipt set answered_at = null where id = ${first.body.id}`;
    expect((await gateway.post(text.replace('"@"', '95000.00'))).body.duplicate_of).toBeUndefined();
  });
});

describe('one alert_id', () => {
  test('is one alert, also after it was answered, and by body or header', async () => {
    const alert = limitAlert('ids');
    const first = await gateway.post(alert, { 'idempotency-key': 'a-1' });
    await answered(first.body.id);
    const again = await second.post(alert, { 'idempotency-key': 'a-1' });
    expect(again.body.duplicate_of).toBe(first.body.id);
  });

  test('sent to two replicas at once is one alert', async () => {
    const alert = limitAlert('racing', { alert_id: 'r-1' });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => (at % 2 ? gateway : second).post(alert)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(answers.filter(({ body }) => body.duplicate_of === undefined)).toHaveLength(1);
    expect(
      (await receipts()).filter(({ strategy, arrival }) => strategy === 'racing' && arrival !== null),
    ).toHaveLength(1);
  });

  test('with two bodies is refused with 409', async () => {
    const first = await gateway.post(limitAlert('ids', { alert_id: 'two' }));
    const other = await second.post(limitAlert('ids', { alert_id: 'two', price: '1' }));
    expect(other.status).toBe(409);
    expect(other.body.error).toContain(`alert_id: belongs to alert ${first.body.id}`);
  });

  test('of two strategies is two alerts, and so is one used again after 7 days', async () => {
    const first = await gateway.post(limitAlert('ids', { alert_id: 'old' }));
    expect((await gateway.post(limitAlert('test1', { alert_id: 'old' }))).body.duplicate_of).toBeUndefined();
    await installation.sql`update gateway.receipt set received_at = received_at - interval '7 days 1 s' where id = ${first.body.id}`;
    expect((await gateway.post(limitAlert('ids', { alert_id: 'old', price: '2' }))).status).toBe(200);
  });

  test('that differs makes equal bodies two alerts', async () => {
    const alert = limitAlert('ids', { n: 1 });
    await gateway.post(alert, { 'idempotency-key': 'x' });
    expect((await gateway.post(alert, { 'idempotency-key': 'y' })).body.duplicate_of).toBeUndefined();
  });
});

describe('bad input is refused, and nothing is stored but the dead letter', () => {
  const limit = { symbol: 'BTC/USDT', order_type: 'LIMIT', side: 'buy', price: '95000', qty_per: 10 };
  test.each<[string, unknown, number, RegExp]>([
    ['text that is not JSON', 'buy now', 400, /^body: is not JSON/],
    ['an empty body', '', 400, /^body: is not JSON/],
    ['a list', '[]', 400, /^body: must be a JSON object/],
    ['a wrong token', limitAlert('test1', { token: 'wrong' }), 401, /^token: there is no strategy with this/],
    ['an unknown group', limitAlert('unknown'), 401, /^token: there is no strategy with this/],
    ['a group that is a number', limitAlert('test1', { group_name: 1 }), 401, /^group_name: /],
    ['no token', limitAlert('test1', { token: undefined }), 401, /^token: must be/],
    ['an unknown type', limitAlert('test1', { order_type: 'OCO' }), 400, /^order_type: "OCO" is not one of/],
    ['no price', limitAlert('test1', { price: undefined }), 400, /^price: is missing/],
    [
      'a price in the fourth order',
      { ...limitAlert('test1'), orders: [limit, limit, limit, { ...limit, price: '-1' }] },
      400,
      /^orders\[3\]\.price: "-1" must be above 0$/,
    ],
    ['a qty_per of 10,001', limitAlert('test1', { qty_per: 10_001 }), 400, /^qty_per: must be at most 10000/],
    ['201 orders', { ...limitAlert('test1'), orders: Array(201).fill(limit) }, 400, /^orders: has 201 orders/],
    ['a body of 2 MB', `{"x":"${'x'.repeat(2_000_000)}"}`, 413, /^body: is larger than 256 KiB/],
    ['nesting', `${'[{"a":'.repeat(20_000)}`, 400, /deeper than 8 levels/],
    ['a key given twice', '{"group_name":"test1","group_name":"test1"}', 400, /^group_name: is given twice/],
    ['a prototype', '{"__proto__":{"group_name":"test1"}}', 400, /^__proto__: is not a field name/],
  ])('%s', async (_title, body, status, error) => {
    const before = (await receipts()).length;
    const answer = await gateway.post(body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ success: false, error: expect.stringMatching(error) });
    expect(answer.body.errors[0]).toEqual({ path: expect.any(String), message: expect.any(String) });
    expect((await receipts()).length).toBe(before);
  });

  test('a symbol no account of the strategy can trade, unless it is cancelled', async () => {
    await expect
      .poll(async () => (await gateway.post(limitAlert('listed', { symbol: 'DOGE/USDT' }))).body.error)
      .toBe('symbol: no account of the strategy can trade DOGE/USDT');
    const cancel = { order_type: 'CANCEL_ALL_ORDER', symbol: 'DOGEUSDT', price: undefined, qty_per: undefined };
    expect((await gateway.post(limitAlert('listed', cancel))).status).toBe(200);
    expect((await gateway.post(limitAlert('half-listed', { symbol: 'DOGE/USDT' }))).status).toBe(200);
  });

  test('a body that cannot be read is kept without its token, and a person is told once', async () => {
    const secret = tokenOf('test1');
    for (const n of [1, 2, 3]) await gateway.post(`{"group_name":"test1","token":"${secret}",broken ${secret} ${n}`);
    const letters = await installation.sql`select * from gateway.dead_letter where body like '%broken%'`;
    expect(letters).toHaveLength(3);
    expect(letters[0]).toMatchObject({ reason: 'unreadable', strategy: null });
    expect(JSON.stringify(letters)).not.toContain(secret);
    const notices = await installation.sql`
      select data from pgboss.job where name = 'notify' and data->>'key' = 'alert_unreadable::unreadable'`;
    expect(notices).toHaveLength(1);
  });

  test('the dead letters of an hour are capped and then only counted', async () => {
    await installation.sql`
      insert into gateway.dead_letter_hour values (date_trunc('hour', now()), 'unauthenticated', 1000, 0)
      on conflict (hour, reason) do update set kept = 1000`;
    const count = () =>
      installation.sql`select count(*)::int as n from gateway.dead_letter where reason = 'unauthenticated'`;
    const before = await count();
    await gateway.post(limitAlert('unknown'));
    expect(await count()).toEqual(before);
    const [hour] = await installation.sql`select * from gateway.dead_letter_hour where reason = 'unauthenticated'`;
    expect(hour).toMatchObject({ kept: 1_000, dropped: 1 });
  });

  test('a strategy that was taken out is unknown at once, at every replica', async () => {
    await installation.addStrategy('leaving');
    expect((await second.post(limitAlert('leaving'))).status).toBe(200);
    await installation.sql`update config.strategy set removed_at = now() where name = 'leaving'`;
    expect((await second.post(limitAlert('leaving', { n: 1 }))).status).toBe(401);
  });

  test('a strategy that was just added is known although nobody announced it', async () => {
    await installation.sql`
      insert into config.strategy (name, market_type, token_hash)
      select 'fresh', market_type, token_hash from config.strategy where name = 'test1'`;
    await new Promise((resolve) => setTimeout(resolve, 110));
    expect((await gateway.post(limitAlert('fresh', { token: tokenOf('test1') }))).status).toBe(200);
  });
});

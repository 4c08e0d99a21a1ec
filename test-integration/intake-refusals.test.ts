import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, describe, expect, test } from 'vitest';
import { batch, cancelAll, limit, limits } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { executed, failed, summary } from './harness/expected-answer.ts';
import { type Answer, adminToken } from './harness/gateway-client.ts';
import { noSuchStrategy, refusedBodies } from './harness/refused-bodies.ts';
import { tokenOf } from './harness/test-configuration.ts';
import { useStack } from './harness/use-stack.ts';

type Refusal = { success: false; error: string; errors: { path: string; message: string }[] };

// At leverage 10 a tenth of it is 0.001 BTC: below Bitcoin's minimum notional of 100, and above that of most others.
const poor = 98;
const stack = useStack({
  strategies: ['refused', 'forms', { name: 'unequal', accounts: ['rich', 'poor'] }],
  configure: (configuration) => {
    configuration.strategies.unequal!.accounts.poor!.capital = poor;
  },
});

// The gateway reads the symbol lists every few seconds; from then on it knows what nobody can trade.
beforeAll(async () => {
  await eventually(async () => {
    const { status } = await stack().gateway.dryRun(limits('refused', 'NOPE/USDT', [1]));
    expect(status).toBe(400);
  });
});

async function post(body: string, headers: Record<string, string> = {}): Promise<Answer<Refusal>> {
  return await stack().gateway.request<Refusal>('/api/webhook', { method: 'POST', body, headers });
}

describe('bad input', () => {
  const cases = refusedBodies('refused');

  test.each(cases)('$title is refused with $status at $path', async ({ body, status, path, message }) => {
    const answer = await post(body, { 'content-type': 'text/plain' });
    const [first] = answer.body.errors;
    expect([answer.status, answer.body.success, first?.path]).toEqual([status, false, path]);
    expect(first?.message).toMatch(message);
    const more = answer.body.errors.length - 1;
    expect(answer.body.error).toBe(`${path}: ${first?.message}${more > 0 ? ` (and ${more} more)` : ''}`);
  });

  test('names every fault at once', async () => {
    const orders = [
      limit('BTC/USDT', 'x', { side: 'up' }),
      limit('BTC/USDT', 1),
      limit('NOPE/USDT', 1, { qty_per: -1 }),
    ];
    const { status, body } = await stack().gateway.post<Refusal>('/api/webhook', batch('refused', orders));
    expect(status).toBe(400);
    expect(body.error).toBe('orders[0].side: must be buy or sell (and 3 more)');
    const paths = body.errors.map(({ path }) => path);
    expect(paths).toEqual(['orders[0].side', 'orders[0].price', 'orders[2].symbol', 'orders[2].qty_per']);
  });

  test('an unknown group and a wrong token are told the same, to the byte', async () => {
    const alert = limits('refused', 'BTC/USDT', [95_000]);
    const wrongToken = await post(JSON.stringify({ ...alert, token: 'guessed' }));
    const unknownGroup = await post(JSON.stringify({ ...alert, group_name: 'nobody', token: tokenOf('refused') }));
    expect([unknownGroup.status, unknownGroup.body]).toEqual([wrongToken.status, wrongToken.body]);
    expect(wrongToken.body.error).toBe(`token: ${noSuchStrategy}`);
  });

  test.each([
    ['with its length announced', (body: string) => ({ body })],
    ['in chunks', (body: string) => ({ body: new Blob([body]).stream(), duplex: 'half' as const })],
  ])('of 2 MB %s is refused with 413', async (_title, init) => {
    const body = JSON.stringify({ ...limits('refused', 'BTC/USDT', [95_000]), note: 'x'.repeat(2_000_000) });
    const answer = await stack().gateway.request<Refusal>('/api/webhook', { method: 'POST', ...init(body) });
    expect(answer.status).toBe(413);
    expect(answer.body.errors).toEqual([{ path: 'body', message: 'is larger than 256 KiB' }]);
  });

  test.each([
    ['GET', '/api/webhook', 'POST'],
    ['PUT', '/api/webhook', 'POST'],
    ['DELETE', '/api/webhook', 'POST'],
    ['POST', `/api/webhook/${'0'.repeat(32)}`, 'GET'],
  ])('%s %s is the wrong method, 405', async (method, path, allowed) => {
    const { status, headers, body } = await stack().gateway.request<Refusal>(path, { method });
    expect([status, headers.get('allow')]).toEqual([405, allowed]);
    expect(body).toEqual({
      success: false,
      error: `${path}: takes ${allowed}, not ${method}`,
      errors: [{ path, message: `takes ${allowed}, not ${method}` }],
    });
  });

  test.each(['/', '/api', '/webhook', '/api/webhook/nothing', `/api/webhook/${'0'.repeat(32)}`])(
    '%s is not there, 404',
    async (path) => {
      const { status, body } = await stack().gateway.get<Refusal>(path);
      expect([status, body.success]).toEqual([404, false]);
    },
  );

  test('is kept as a dead letter without the token, and leaves nothing else anywhere', async () => {
    const { sql, exchange } = stack();
    const letters = await eventually(async () => {
      const rows = await sql<{ reason: string; detail: string; body: string }[]>`
        select reason, detail, body from gateway.dead_letter order by id`;
      // And the one with many faults, the wrong token and the unknown group.
      expect(rows).toHaveLength(cases.length + 3);
      return rows;
    });
    expect(letters.slice(0, cases.length).map(({ reason }) => reason)).toEqual(cases.map(({ reason }) => reason));
    expect(JSON.stringify(letters)).not.toContain(tokenOf('refused'));
    const [left] = await sql`
      select (select count(*) from gateway.receipt) as receipts, (select count(*) from orders.entry) as orders,
        (select count(*) from pgboss.job where name = 'plan_alert') as jobs`;
    expect(left).toEqual({ receipts: 0, orders: 0, jobs: 0 });
    const { calls, orders } = await exchange.record('refused');
    expect([calls.place, orders]).toEqual([undefined, []]);
  });
});

test.each(['BTCUSDT', 'BTCUSDT.P', 'BINANCE:BTCUSDT.P', 'BTC/USDT:USDT', 'BTC/USDT', 'btcusdt.p'])(
  'a symbol written as %s reaches the exchange as BTCUSDT and can be cancelled in the same words',
  async (symbol) => {
    const { results } = await stack().gateway.settled(limits('forms', symbol, [94_000]));
    expect(results).toEqual([executed(0, 'forms')]);
    expect(await stack().exchange.openOrders('forms')).toMatchObject([{ symbol: 'BTCUSDT' }]);
    const gone = await stack().gateway.settled(batch('forms', [cancelAll(symbol)]));
    expect(gone.results[0]!.result.cancelled).toBe(1);
    expect(await stack().exchange.openOrders('forms')).toEqual([]);
  },
);

test('a symbol no account can trade refuses the whole batch, and in a cancel there is nothing to cancel', async () => {
  const before = await stack().orders.of('forms');
  const { status } = await stack().gateway.alert(
    batch('forms', [limit('BTC/USDT', 94_000), limit('NOPE/USDT', 1), limit('ETH/USDT', 3_400)]),
  );
  expect(status).toBe(400);
  const { results } = await stack().gateway.settled(batch('forms', [cancelAll('NOPE/USDT')]));
  expect(results).toMatchObject([{ success: true, result: { cancelled: 0 } }]);
  expect(await stack().orders.of('forms')).toEqual(before);
  expect(await stack().exchange.openOrders('forms')).toEqual([]);
});

test('what is wrong for one account fails that order there alone', async () => {
  const orders = [limit('BTC/USDT', 94_000), limit('SOL/USDT', 170)];
  const { success, results, summary: counts } = await stack().gateway.settled(batch('unequal', orders));
  expect(success).toBe(true);
  expect(results).toEqual([
    executed(0, 'rich'),
    failed(0, 'poor', expect.stringMatching(/^limit_exceeded: .*100/)),
    executed(1, 'rich'),
    executed(1, 'poor'),
  ]);
  expect(counts).toEqual(
    summary({
      total_orders: 2,
      accounts: 2,
      queued_orders: 4,
      executed_orders: 3,
      executed_from_queue: 3,
      successful_orders: 3,
      failed_orders: 1,
      exchange_submitted: 3,
    }),
  );
  const symbolsOf = async (account: string) =>
    (await stack().exchange.record(account)).orders.map((o) => o.symbol).sort();
  expect(await symbolsOf('rich')).toEqual(['BTCUSDT', 'SOLUSDT']);
  expect(await symbolsOf('poor')).toEqual(['SOLUSDT']);
});

describe('the description of the interface', () => {
  type Document = { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> };

  test('is a valid OpenAPI 3.1 document', async () => {
    const { status, body } = await stack().gateway.get<Record<string, unknown>>('/api/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\.1\./);
    expect(await new Validator().validate(body)).toMatchObject({ valid: true });
  });

  test('lists every route, and every route it lists is there and answers with a status it lists', async () => {
    const { body: document } = await stack().gateway.get<Document>('/api/openapi.json');
    const routes = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { responses }]) => ({ route: `${method} ${path}`, method, path, responses })),
    );
    expect(routes.map(({ route }) => route)).toEqual(
      expect.arrayContaining([
        'post /api/webhook',
        'get /api/webhook/{id}',
        'get /api/health',
        'get /healthz',
        'get /readyz',
        'get /api/openapi.json',
        'get /admin/system/queue/metrics',
      ]),
    );
    const headers = { authorization: `Bearer ${adminToken}` };
    const { id } = await stack().gateway.settled(batch('forms', [cancelAll('BTC/USDT')]));
    for (const { route, method, path, responses } of routes) {
      const address = path.replace('{id}', id).replace('{job_id}', 'queue_rebalancer');
      const answer = await stack().gateway.request(address, { method: method.toUpperCase(), headers });
      // A route may know of nothing by that id; that there is no such route is said in other words.
      expect(JSON.stringify(answer.body), route).not.toContain('no such route');
      expect(Object.keys(responses), route).toContain(String(answer.status));
    }
  });
});

test.each([
  '/admin',
  '/admin/',
  '/admin/system/queue/metrics',
  '/admin/halt',
  '/admin/no/such/route',
  '/api/system',
  '/api/system/scheduler/status',
  '/api/system/no/such/route',
])('%s answers 401 to whoever has not the admin token, with any method', async (path) => {
  const given = [undefined, adminToken, 'Bearer', 'Bearer wrong', `Basic ${adminToken}`, `Bearer ${adminToken}x`];
  for (const method of ['GET', 'POST', 'DELETE']) {
    for (const authorization of given) {
      const headers = authorization === undefined ? {} : { authorization };
      const { status, body } = await stack().gateway.request<Refusal>(path, { method, headers });
      expect([method, authorization, status, body.success]).toEqual([method, authorization, 401, false]);
    }
  }
});

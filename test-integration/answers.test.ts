import { setTimeout as pause } from 'node:timers/promises';
import type { AlertAnswer } from '@sluice/contracts';
import { describe, expect, test } from 'vitest';
import { batch, ladder, limit, limits } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { answer, executed, failed, rebalanced, summary, waiting } from './harness/expected-answer.ts';
import { tokenOf } from './harness/test-configuration.ts';
import { useStack } from './harness/use-stack.ts';

const symbol = 'BTC/USDT';
const stack = useStack({
  // The health of an installation is that of all its services.
  notifiers: 1,
  strategies: [
    { name: 'pair', accounts: ['first', 'second'] },
    { name: 'half-hung', accounts: ['prompt', 'hung'] },
    { name: 'half-asleep', accounts: ['awake', 'asleep'] },
    'inactive',
    'late',
    'refused',
    'curious',
    'counted',
  ],
  configure({ accounts, strategies }) {
    accounts.asleep!.active = false;
    strategies.inactive!.active = false;
    strategies.late!.max_lag_seconds = 60;
  },
});

type Accepted = { accepted: true; id: string; status_url: string };
type Metrics = Record<
  'total_rebalances' | 'total_executed' | 'total_cancelled' | 'total_duration_ms' | 'avg_duration_ms',
  number
>;

describe.concurrent('the answer to an alert', () => {
  test('30 orders for 2 accounts with a limit of 20 send 40 of the 60', async () => {
    const body = await stack().gateway.settled(limits('pair', symbol, ladder(95_000, 30, -100)));

    const results = ladder(0, 30, 1).flatMap((index) =>
      ['first', 'second'].map((account) => (index < 20 ? executed(index, account) : waiting(index, account))),
    );
    expect(body).toEqual(
      answer('pair', {
        results,
        rebalanced: [
          rebalanced(symbol, { executed: 20, cancelled: 0 }),
          rebalanced(symbol, { executed: 20, cancelled: 0 }),
        ],
        summary: summary({
          total_orders: 30,
          accounts: 2,
          queued_orders: 60,
          executed_orders: 40,
          executed_from_queue: 40,
          remaining_in_queue: 20,
          successful_orders: 60,
          exchange_submitted: 40,
        }),
      }),
    );
    for (const account of ['first', 'second']) {
      const record = await stack().exchange.record(account);
      expect(record.calls.place).toEqual({ received: 20, accepted: 20, refused: {} });
      expect(record.calls.cancel).toBeUndefined();
    }
  });

  test('is 202 with an address to ask at while an account hangs, and the other account is served meanwhile', async () => {
    const unhang = await stack().exchange.fault('hung', { do: 'hang', ms: 10_000, times: 'always' });

    const response = await stack().gateway.alert(limits('half-hung', symbol, [95_000, 94_000]));

    expect(response.status).toBe(202);
    expect(response.ms).toBeLessThan(2_800);
    const { id, status_url } = response.body as unknown as Accepted;
    const accepted = { action: 'batch_order', strategy: 'half-hung', success: true, accepted: true, id, status_url };
    expect(response.body).toEqual(accepted);
    expect(status_url).toBe(`/api/webhook/${id}`);
    expect(response.headers.get('location')).toBe(status_url);
    expect(await stack().gateway.get(status_url)).toMatchObject({ status: 202, body: accepted });
    // The account that answers is not held up by the one that does not.
    await eventually(async () => {
      expect(await stack().orders.counts('prompt')).toEqual({ open: 2 });
      expect(await stack().orders.counts('hung')).toEqual({ submitting: 2 });
    }, 2_000);
    expect(await stack().exchange.openOrders('prompt', 'BTCUSDT')).toHaveLength(2);

    await unhang();
    const final = await eventually(async () => {
      const status = await stack().gateway.get<AlertAnswer>(status_url);
      expect(status.status).toBe(200);
      return status.body;
    }, 15_000);
    expect(final).toMatchObject({ id, success: true, summary: { total_orders: 2, accounts: 2, queued_orders: 4 } });
    expect(final.results.filter(({ executed }) => executed)).toHaveLength(2);
    await eventually(async () => expect(await stack().orders.counts('hung')).toEqual({ open: 2 }), 30_000);
    // Written once: what came later is not in it.
    expect((await stack().gateway.get(status_url)).body).toEqual(final);
  });

  test('of an inactive strategy is that, and nothing is stored for it', async () => {
    const body = await stack().gateway.settled(limits('inactive', symbol, [95_000]));
    expect(body).toMatchObject({ success: false, error: expect.stringMatching(/^inactive: .*inactive/), results: [] });
    expect(await stack().orders.of('inactive')).toEqual([]);
  });

  test('names the account that is inactive, and the other trades', async () => {
    const body = await stack().gateway.settled(limits('half-asleep', symbol, [95_000]));
    const reason = expect.stringMatching(/account asleep is inactive/);
    expect(body.results).toEqual([
      executed(0, 'awake'),
      { ...failed(0, 'asleep', reason), result: expect.any(Object) },
    ]);
    expect(body.results[1]!.result).toMatchObject({ success: false, error: reason });
    expect(await stack().orders.of('asleep')).toEqual([]);
  });

  test('to an alert that fired too long ago is stale, and nothing is sent', async () => {
    const timestamp = new Date(Date.now() - 90_000).toISOString();
    const body = await stack().gateway.settled({ ...limits('late', symbol, [95_000]), timestamp });
    expect(body).toMatchObject({
      success: false,
      error: expect.stringMatching(/^stale: .*9\d(\.\d)? s .*60 s/),
      results: [],
    });
    expect(await stack().orders.of('late')).toEqual([]);

    const now = await stack().gateway.settled({
      ...limits('late', symbol, [95_000]),
      timestamp: new Date().toISOString(),
    });
    expect(now.success).toBe(true);
  });

  test('has the first error on top when no order succeeded, and names fields it does not know', async () => {
    const rule = {
      match: { call: 'place' },
      do: 'refuse',
      code: -2019,
      msg: 'Margin is insufficient.',
      times: 'always',
    };
    await stack().exchange.fault('refused', rule);
    const body = await stack().gateway.settled({ ...limits('refused', symbol, [95_000]), comment: 'from a chart' });
    expect(body).toMatchObject({
      success: false,
      error: 'insufficient_balance: Margin is insufficient.',
      warnings: [expect.stringContaining('comment')],
    });
  });
});

describe.concurrent('who may ask', () => {
  test('a wrong token and an unknown strategy get the same 401, and leave nothing but a dead letter', async () => {
    const order = limit(symbol, 95_000);
    const wrong = await stack().gateway.post('/api/webhook', { ...batch('curious', [order]), token: tokenOf('pair') });
    const unknown = await stack().gateway.post('/api/webhook', { ...batch('nobody', [order]), token: tokenOf('pair') });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(unknown.body).toEqual(wrong.body);
    expect(wrong.body).toMatchObject({ success: false, error: expect.any(String) });
    expect(await stack().sql`select from gateway.receipt where strategy in ('curious', 'nobody')`).toHaveLength(0);
    const letters = await stack().sql<
      { body: string }[]
    >`select body from gateway.dead_letter where reason = 'unauthenticated'`;
    expect(letters.length).toBeGreaterThanOrEqual(2);
    for (const { body } of letters) expect(body).not.toContain(tokenOf('pair'));
  });

  test('everything under /admin and /api/system answers 401 without the admin token, whether it is there or not', async () => {
    const paths = [
      '/admin/system/queue/metrics',
      '/admin/nothing',
      '/admin',
      '/api/system/scheduler/status',
      '/api/system/x',
    ];
    for (const path of paths) {
      expect((await stack().gateway.get(path)).status, path).toBe(401);
      expect((await stack().gateway.get(path, { Authorization: 'Bearer guessed' })).status, path).toBe(401);
    }
    expect((await stack().gateway.asAdmin('/admin/nothing')).status).toBe(404);
  });

  test('an id nobody was given is a 404', async () => {
    expect((await stack().gateway.get('/api/webhook/0123456789abcdef0123456789abcdef')).status).toBe(404);
    expect((await stack().gateway.get('/api/webhook/1')).status).toBe(404);
  });
});

test('the queue metrics count what was rebalanced, over all replicas', async () => {
  const metrics = async () => (await stack().gateway.asAdmin<Metrics>('/admin/system/queue/metrics')).body;
  // Totals are added twice a second; what earlier tests left to do is counted when they have not changed for longer.
  const before = await eventually(async () => {
    const seen = await metrics();
    await pause(1_200);
    expect(await metrics()).toEqual(seen);
    return seen;
  });
  await stack().gateway.settled(limits('counted', symbol, ladder(94_900, 20, -100)));
  await stack().gateway.settled(limits('counted', symbol, [95_500]));

  await eventually(async () => {
    const after = await metrics();
    expect(after.total_executed - before.total_executed).toBe(21);
    expect(after.total_cancelled - before.total_cancelled).toBe(1);
    expect(after.total_rebalances).toBeGreaterThanOrEqual(before.total_rebalances + 2);
    expect(after.avg_duration_ms).toBeCloseTo(after.total_duration_ms / after.total_rebalances, 6);
  });
});

test('health is 200 while each service has a ready replica, and 503 with the name of one that is away', async () => {
  type Health = { status: string; services: Record<string, unknown> };
  await eventually(async () => expect((await stack().gateway.get('/api/health')).status).toBe(200));
  await stack().marketData.stop();
  await eventually(async () => {
    const { status, body } = await stack().gateway.get<Health>('/api/health');
    expect(status).toBe(503);
    expect(JSON.stringify(body)).toContain('market-data');
  }, 20_000);
  await stack().marketData.start();
  await eventually(async () => expect((await stack().gateway.get('/api/health')).status).toBe(200), 20_000);
});

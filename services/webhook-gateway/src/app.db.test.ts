import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { answerSchemas } from './http/openapi.ts';
import {
  adminToken,
  createInstallation,
  limitAlert,
  type TestGateway,
  type TestInstallation,
} from './testing/test-installation.ts';

let installation: TestInstallation;
let gateway: TestGateway;

beforeAll(async () => {
  installation = await createInstallation(inject('databaseUrl'));
  await installation.addStrategy('test1');
  gateway = await installation.gateway();
});
afterAll(() => installation.end());

const beat = (service: string, ready: boolean, age = '0 s') => installation.sql`
  insert into runtime.heartbeat (service, replica, started_at, beat_at, ready, memory_rss, memory_limit)
  values (${service}, ${`${service}-${age}`}, now(), now() - ${age}::interval, ${ready}, 1, 1)
  on conflict (service, replica) do update set ready = excluded.ready, beat_at = excluded.beat_at`;

describe('the health of the installation', () => {
  test('names each service, and is 503 while one has no replica that is alive and ready', async () => {
    await expect.poll(async () => (await gateway.get('/readyz')).status).toBe(200);
    await beat('order-queue', false);
    await beat('market-data', true, '11 s');
    const down = await gateway.get('/api/health');
    expect(down.status).toBe(503);
    expect(down.body).toMatchObject({
      success: false,
      status: 'degraded',
      store: 'ok',
      services: [
        { service: 'webhook-gateway', state: 'ready', replicas: 1, ready: 1 },
        { service: 'order-queue', state: 'not ready', replicas: 1, ready: 0 },
        { service: 'market-data', state: 'down', replicas: 0, ready: 0 },
        { service: 'notifier', state: 'down', replicas: 0, ready: 0 },
      ],
    });
    await beat('order-queue', true);
    await beat('market-data', true);
    await beat('notifier', true);
    expect(await gateway.get('/api/health')).toMatchObject({ status: 200, body: { success: true, status: 'ok' } });
  });

  test('of this process alone is at /healthz and /readyz', async () => {
    expect((await gateway.get('/healthz')).status).toBe(200);
    expect((await gateway.get('/readyz')).status).toBe(200);
  });
});

describe('routes for operators', () => {
  const paths = [
    '/admin',
    '/admin/system/queue/metrics',
    '/admin/system/background-jobs/queue_rebalancer/logs',
    '/admin/nothing/here',
    '/api/system',
    '/api/system/scheduler/status',
  ];
  test.each(paths)('%s answers 401 without the admin token, whether it is there or not', async (path) => {
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: adminToken },
      { authorization: 'Bearer ' },
    ]) {
      const { status, body } = await gateway.get(path, headers as Record<string, string>);
      expect([status, body.success]).toEqual([401, false]);
    }
  });

  test('the metrics of rebalances are numbers', async () => {
    const { status, body } = await gateway.get('/admin/system/queue/metrics', {
      authorization: `Bearer ${adminToken}`,
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      total_rebalances: 0,
      total_cancelled: 0,
      total_executed: 0,
      total_duration_ms: 0,
      avg_duration_ms: 0,
    });
  });

  test('the status of the scheduler is as documented, and says when a service was last heard of', async () => {
    const read = async () => {
      const { status, body } = await gateway.get('/api/system/scheduler/status', {
        authorization: `Bearer ${adminToken}`,
      });
      expect(status).toBe(200);
      return answerSchemas.schedulerStatus.parse(body);
    };
    const beat = (at: string) => installation.sql`
      update runtime.heartbeat set beat_at = ${at} where service = 'order-queue'`;
    const [was] = await installation.sql`select beat_at from runtime.heartbeat where service = 'order-queue'`;
    expect((await read()).running).toBe(true);
    await beat('2026-01-01T00:00:00Z');
    const answer = await read();
    expect(answer.running).toBe(false);
    expect(answer.services.find(({ service }) => service === 'order-queue')).toEqual({
      service: 'order-queue',
      running: false,
      replicas: 0,
      last_heartbeat: '2026-01-01T09:00:00+09:00',
    });
    await beat(was!.beat_at);
    const tick = answer.jobs.find(({ id }) => id === 'queue_rebalancer');
    expect(tick).toMatchObject({
      aliases: ['rebalance_order_queue'],
      tag: 'QUEUE_REBAL',
      service: 'order-queue',
      trigger: 'interval[0:00:01]',
      next_run: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/),
    });
    expect(Math.abs(Date.parse(tick!.next_run) - Date.now())).toBeLessThan(2_000);
  });

  test('the logs of a job are 503 here, where no Loki is configured', async () => {
    const path = '/admin/system/background-jobs/rebalance_order_queue/logs';
    const { status, body } = await gateway.get(path, { authorization: `Bearer ${adminToken}` });
    expect([status, body.error]).toEqual([503, expect.stringContaining('LOKI_URL')]);
  });

  test('what is not there is 404 with the admin token', async () => {
    expect((await gateway.get('/admin/nothing/here', { authorization: `Bearer ${adminToken}` })).status).toBe(404);
  });
});

describe('routes and methods', () => {
  test.each([
    ['GET', '/api/webhook', 405, 'POST'],
    ['DELETE', '/api/webhook', 405, 'POST'],
    ['POST', `/api/webhook/${'0'.repeat(32)}`, 405, 'GET'],
    ['GET', '/api/nothing', 404, null],
    ['POST', '/', 404, null],
  ])('%s %s is %d', async (method, path, status, allow) => {
    const response = await fetch(`${gateway.url}${path}`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
    expect(await response.json()).toMatchObject({ success: false, errors: [{ path }] });
  });

  test('the description of the interface names every route', async () => {
    const { status, body } = await gateway.get('/api/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/api/webhook', '/api/webhook/{id}', '/api/health', '/admin/system/queue/metrics']),
    );
  });
});

describe('a dry run', () => {
  test('is a message to order-queue and answers its reply; nothing is stored', async () => {
    const asked = fetch(`${gateway.url}/api/webhook?dry_run=1`, {
      method: 'POST',
      body: JSON.stringify(limitAlert('test1', { note: 1 })),
    });
    const job = async () => (await installation.sql`select data from pgboss.job where name = 'dry_run'`)[0]?.data;
    await expect.poll(job).toMatchObject({ strategy: 'test1', orders: [{ symbol: 'BTC/USDT', qtyPer: '10' }] });
    const reply = { action: 'dry_run', strategy: 'test1', success: true, orders: [] };
    const { id } = await job();
    await installation.sql`insert into orders.dry_run_reply (id, body) values (${id}, ${installation.sql.json(reply)})`;
    const response = await asked;
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ...reply, warnings: ['note: unknown field, kept but not used'] });
    expect(await installation.sql`select 1 from gateway.receipt`).toHaveLength(0);
    expect(await installation.sql`select 1 from orders.dry_run_reply`).toHaveLength(0);
  });

  test('that is bad input is refused and leaves no dead letter', async () => {
    const response = await fetch(`${gateway.url}/api/webhook?dry_run=1`, { method: 'POST', body: '{' });
    expect(response.status).toBe(400);
    expect(await installation.sql`select 1 from gateway.dead_letter`).toHaveLength(0);
  });
});

test('a replica holds at most 8 connections', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, n) => gateway.get(`/api/webhook/${String(n).padStart(32, '0')}`)));
  const [row] = await installation.sql`
    select count(*)::int as n from pg_stat_activity
    where datname = current_database() and application_name like 'webhook-gateway%'`;
  expect(row?.n).toBeLessThanOrEqual(8);
});

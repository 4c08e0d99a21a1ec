import { startTcpProxy, type TcpProxy } from '@sluice/service-runtime/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { takeAlert } from '../db/take-alert.ts';
import { hashToken } from '../intake/redact-token.ts';
import {
  createInstallation,
  limitAlert,
  type TestGateway,
  type TestInstallation,
  tokenOf,
} from '../testing/test-installation.ts';

let installation: TestInstallation;
let proxy: TcpProxy;
let gateway: TestGateway;

beforeAll(async () => {
  installation = await createInstallation(inject('databaseUrl'));
  await installation.addStrategy('test1');
  installation.startOrderQueue();
});
afterAll(() => installation.end());
beforeEach(async () => {
  proxy = await startTcpProxy(installation.url);
  gateway = await installation.gateway(proxy.url);
});
afterEach(async () => {
  proxy.resume();
  await gateway.stop();
  await proxy.close();
});

/** The statement as it goes over the wire, and no other that has the word in it. */
const commit = '\0commit\0';

const stored = async (n: number) => {
  return await installation.sql`
    select id, duplicate_of from gateway.receipt where body::jsonb->>'n' = ${String(n)} order by received_at`;
};

test('a store that hangs is answered 503 within 2 s, and nothing was stored when it is back', async () => {
  expect((await gateway.post(limitAlert('test1', { n: 1 }))).status).toBe(200);
  proxy.pause();
  const answers = await Promise.all([2, 3, 4, 5, 6, 7, 8].map((n) => gateway.post(limitAlert('test1', { n }))));
  for (const { status, ms, body } of answers) {
    expect(status).toBe(503);
    expect(body).toMatchObject({ success: false, error: expect.stringContaining('send it again') });
    expect(ms).toBeLessThan(2_000);
  }
  proxy.resume();
  expect((await gateway.post(limitAlert('test1', { n: 8 }))).status).toBe(200);
  for (const n of [2, 3, 4, 5, 6, 7]) expect(await stored(n)).toEqual([]);
  expect(await stored(8)).toHaveLength(1);
});

test('a store that refuses connections is answered 503, and alerts are taken again when it is back', async () => {
  proxy.cut();
  const { status, ms } = await gateway.post(limitAlert('test1', { n: 11 }));
  expect(status).toBe(503);
  expect(ms).toBeLessThan(2_000);
  expect((await gateway.get('/healthz')).status).toBe(200);
  expect((await gateway.get('/api/health')).status).toBe(503);
  proxy.resume();
  expect((await gateway.post(limitAlert('test1', { n: 11 }))).status).toBe(200);
  expect(await stored(11)).toHaveLength(1);
});

test('a gateway that stops in the middle of taking an alert holds up its strategy for a second', async () => {
  expect((await gateway.post(limitAlert('test1', { n: 30 }))).status).toBe(200);
  const locked = Promise.withResolvers<void>();
  const stopped = installation.sql.begin(async (tx) => {
    await takeAlert(tx, {
      id: '0'.repeat(32),
      strategy: 'test1',
      tokenHash: hashToken(tokenOf('test1')),
      bodyHash: Buffer.alloc(32),
      alertId: null,
      firedAt: null,
      body: '{"n":31}',
      orders: [],
      warnings: [],
    });
    locked.resolve();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await tx`select 1`;
  });
  stopped.catch(() => {});
  await locked.promise;
  const { status, ms } = await gateway.post(limitAlert('test1', { n: 32 }));
  expect(status).toBe(200);
  expect(ms).toBeLessThan(1_500);
  await expect(stopped).rejects.toThrow();
  expect(await stored(31)).toEqual([]);
});

test('bad input is refused as ever while the store is away', async () => {
  expect((await gateway.post(limitAlert('test1', { n: 20 }))).status).toBe(200);
  proxy.pause();
  const { status, ms } = await gateway.post(limitAlert('test1', { price: 'x' }));
  expect(status).toBe(400);
  expect(ms).toBeLessThan(1_000);
});

test('an alert whose commit was not confirmed is found by its id and answered, once', async () => {
  proxy.cutAfter(commit);
  const { status, body } = await gateway.post(limitAlert('test1', { n: 21 }));
  expect(status).toBe(200);
  expect(body.duplicate_of).toBeUndefined();
  expect(await stored(21)).toEqual([{ id: body.id, duplicate_of: null }]);
  const jobs = await installation.sql`select 1 from pgboss.job where data->>'alertId' = ${body.id}`;
  expect(jobs).toHaveLength(1);
});

test('an alert whose commit was not confirmed by a store that stays away is one alert with its resend', async () => {
  proxy.cutAfter(commit);
  const first = gateway.post(limitAlert('test1', { n: 22 }));
  await expect.poll(async () => (await stored(22)).length).toBe(1);
  proxy.cut();
  const { status, ms } = await first;
  expect(ms).toBeLessThan(2_800);
  proxy.resume();
  const again = await gateway.post(limitAlert('test1', { n: 22 }));
  expect(again.status).toBe(200);
  // Looked up before the store went for good, or not: executed once.
  if (status === 503) expect(again.body.duplicate_of).toBe((await stored(22))[0]?.id);
  const planned = await installation.sql`
    select 1 from gateway.alert_to_plan a join gateway.receipt using (id) where body::jsonb->>'n' = '22'`;
  expect(planned).toHaveLength(1);
});

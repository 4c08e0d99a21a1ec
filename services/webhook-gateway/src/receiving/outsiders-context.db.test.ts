import { captureLogs } from '@sluice/telemetry/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createInstallation, limitAlert, type TestInstallation } from '../testing/test-installation.ts';

let installation: TestInstallation;

beforeAll(async () => {
  installation = await createInstallation(inject('databaseUrl'));
  await installation.addStrategy('s1');
  await installation.listSymbols('binance-usdm', ['BTC/USDT']);
});

afterAll(async () => {
  await installation.end();
});

test('an outsider chooses neither the tag nor the trace of what an alert causes', async () => {
  const gateway = await installation.gateway();
  installation.startOrderQueue();
  using logs = captureLogs();
  const headers = {
    baggage: 'job.tag=QUEUE_REBAL',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: 'a=b',
  };
  const taken = await gateway.post(limitAlert('s1'), headers);
  expect(taken.status).toBe(200);
  const refused = await gateway.post(limitAlert('s1', { side: 'up' }), headers);
  expect(refused.status).toBe(400);

  expect(logs.records.map(({ module }) => module)).toEqual(expect.arrayContaining(['alert', 'dead-letters']));
  expect(logs.records.filter(({ tag }) => tag !== undefined)).toEqual([]);
  const messages = await installation.sql`select * from pgboss.job where name in ('plan_alert', 'notify')`;
  expect(messages.length).toBeGreaterThanOrEqual(2);
  expect(JSON.stringify(messages)).not.toMatch(/QUEUE_REBAL|0af7651916cd43dd8448eb211c80319c/);
});

test('a request leaves one record, with what it was answered and without its token', async () => {
  const gateway = await installation.gateway();
  installation.startOrderQueue();
  using logs = captureLogs();
  const answer = await gateway.post(limitAlert('s1', { price: '94000' }));
  await gateway.post(limitAlert('s1', { token: 'wrong-token-of-somebody' }));
  const records = logs.records.filter(({ attributes }) => attributes['event.name'] === 'alert');
  expect(records.map(({ level, attributes }) => ({ level, ...attributes }))).toEqual([
    expect.objectContaining({
      level: 'INFO',
      outcome: 'answered',
      status: 200,
      success: true,
      alert_id: answer.body.id,
      strategy: 's1',
      orders: 1,
      duration_ms: expect.any(Number),
    }),
    expect.objectContaining({ level: 'INFO', outcome: 'unauthenticated', status: 401, success: false }),
  ]);
  expect(JSON.stringify(logs.records)).not.toMatch(/token-of-s1|wrong-token-of-somebody/);
});

import { liveEvent } from '@sluice/contracts';
import { expect, test } from 'vitest';
import { adminToken, tokenOf } from '../testing/test-installation.ts';
import { heard, useLiveGateway } from '../testing/use-live-gateway.ts';

const live = useLiveGateway();
const { ready, write } = live;

test.each([
  ['nothing', ''],
  ['another token', 'Bearer wrong'],
  ['another scheme', `Basic ${adminToken}`],
])('%s is answered with 401', async (_, authorization) => {
  const { status, body } = await live.gateway.get('/api/events', authorization === '' ? {} : { authorization });
  expect({ status, error: body.error }).toMatchObject({ status: 401, error: expect.stringContaining('Bearer') });
});

test('a token in the address is refused with a sentence, whatever the header says', async () => {
  const { status, body } = await live.gateway.get(`/api/events?token=${adminToken}`, {
    authorization: `Bearer ${adminToken}`,
  });
  expect(status).toBe(400);
  expect(body.error).toMatch(/belongs in the Authorization header/);
});

test('a strategy hears of its own orders and of no job', async () => {
  const own = await ready('', { token: tokenOf('test2') });
  const all = await ready();
  await write(1);
  await live.sql`
    insert into runtime.job_event (at, kind, job_id, replica, started_at, outcome)
    values (now(), 'ended', 'price_cache', 'r', now() - interval '1 s', 'changed')`;
  const [id] = await write(2);
  await heard(own, id!);
  await all.until(({ events }) => events.some(({ type }) => type === 'job.ended'));
  await heard(all, id!);
  expect(own.events.map(({ type, data }) => [type, data.order_id])).toEqual([
    ['ready', undefined],
    ['order.sent', 2],
  ]);
  const job = all.events.find(({ type }) => type === 'job.ended')!.data;
  expect(liveEvent.parse(job)).toMatchObject({ job_id: 'price_cache', outcome: 'changed', duration_ms: 1_000 });
});

test('a strategy that asks for another is refused', async () => {
  const { status, body } = await live.gateway.get('/api/events?strategy=test1', {
    authorization: `Bearer ${tokenOf('test2')}`,
  });
  expect({ status, error: body.error }).toEqual({ status: 403, error: 'strategy: this token is for test2 only' });
});

test.each([
  ['types=order.snet', /types: is "order.snet"/],
  ['strategy=nobody', /there is no strategy "nobody"/],
  ['account=nobody', /there is no account "nobody"/],
])('%s is refused with what there is', async (query, error) => {
  const { status, body } = await live.gateway.get(`/api/events?${query}`, { authorization: `Bearer ${adminToken}` });
  expect({ status, error: body.error }).toEqual({ status: 400, error: expect.stringMatching(error) });
});

test.each([
  ['?strategy=test2', [2, 2]],
  ['?account=test1-binance-usdm', [1, 1]],
  ['?symbol=ethusdt', [2, 2]],
  ['?types=order.filled', [1, 2]],
  ['?types=order.filled&strategy=test1', [1]],
])('%s filters', async (query, orders) => {
  const ear = await ready(query);
  for (const order of [1, 2]) await write(order);
  for (const order of [1, 2]) await write(order, 1, 'filled');
  await ear.until(() => ear.numbers().length >= orders.length);
  expect(ear.events.slice(1).map(({ data }) => data.order_id)).toEqual(orders);
});

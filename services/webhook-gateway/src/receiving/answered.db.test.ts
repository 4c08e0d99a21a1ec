import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { captureLogs } from '@sluice/telemetry/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  createInstallation,
  limitAlert,
  type TestGateway,
  type TestInstallation,
} from '../testing/test-installation.ts';

let installation: TestInstallation;
let gateway: TestGateway;

beforeAll(async () => {
  installation = await createInstallation(inject('databaseUrl'));
  await installation.addStrategy('test1');
  gateway = await installation.gateway();
});
afterAll(() => installation.end());

/** Sends an alert over a socket of its own and returns when it is stored; nobody completes it yet. */
async function send(alert: object): Promise<{ socket: Socket; id: string }> {
  const known = new Set((await installation.sql`select id from gateway.receipt`).map(({ id }) => id as string));
  const { port } = new URL(gateway.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const body = JSON.stringify(alert);
  socket.write(`POST /api/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  const fresh = async () => (await installation.sql`select id from gateway.receipt`).find(({ id }) => !known.has(id));
  await expect.poll(fresh).toBeDefined();
  return { socket, id: (await fresh())?.id };
}

async function isNoted(id: string): Promise<boolean> {
  const [row] = await installation.sql`select answered_at from gateway.receipt where id = ${id}`;
  return row?.answered_at !== null;
}

/** An answer written for `other` after `id`'s: when it is noted, `id`'s would be as well. */
async function afterTheNextNote(): Promise<void> {
  const other = gateway.post(limitAlert('test1', { n: Math.random() }));
  await expect
    .poll(async () => {
      const [row] = await installation.sql`select id from gateway.alert_to_plan order by arrival desc limit 1`;
      await installation.complete(row?.id);
      return (await Promise.race([other, null]))?.status;
    })
    .toBe(200);
  const { body } = await other;
  await expect.poll(() => isNoted(body.id)).toBe(true);
}

test.each<[string, (socket: Socket) => void]>([
  ['was reset', (socket) => socket.resetAndDestroy()],
  ['was closed', (socket) => socket.destroy()],
  ['was closed on the sending side', (socket) => socket.end()],
])('an answer into a socket that %s answers nothing: the same body is the same alert', async (how, hangUp) => {
  const alert = limitAlert('test1', { how });
  const { socket, id } = await send(alert);
  hangUp(socket);
  await once(socket, 'close').catch(() => {});
  await installation.complete(id);
  await afterTheNextNote();
  expect(await isNoted(id)).toBe(false);

  const again = await gateway.post(alert);
  expect(again.body).toMatchObject({ success: true, duplicate_of: id });
  await expect.poll(() => isNoted(id)).toBe(true);
});

test('an answer that was read is noted within a second', async () => {
  const { socket, id } = await send(limitAlert('test1', { how: 'read' }));
  const answer = once(socket, 'data');
  await installation.complete(id);
  expect(String(await answer)).toContain('200 OK');
  await expect.poll(() => isNoted(id), { timeout: 1_000 }).toBe(true);
  socket.destroy();
});

test('a result that is not there in time is answered 202 with the place to ask, and that counts as an answer', async () => {
  using logs = captureLogs();
  const { status, headers, body, ms } = await gateway.post(limitAlert('test1', { how: 'slow' }));
  expect(status).toBe(202);
  expect(ms).toBeGreaterThan(2_400);
  expect(ms).toBeLessThan(2_800);
  expect(body).toEqual({
    action: 'batch_order',
    strategy: 'test1',
    success: true,
    accepted: true,
    id: expect.any(String),
    status_url: `/api/webhook/${body.id}`,
  });
  expect(headers.get('location')).toBe(body.status_url);
  expect((await gateway.get(body.status_url)).body).toEqual(body);
  expect((await gateway.get(body.status_url)).status).toBe(202);
  await expect.poll(() => isNoted(body.id)).toBe(true);
  await installation.complete(body.id);
  expect(await gateway.get(body.status_url)).toMatchObject({ status: 200, body: { success: true, id: body.id } });

  // Told of once more, since the record of the request could not say how it ended.
  const ofAlert = () => logs.records.filter(({ attributes }) => attributes.alert_id === body.id);
  await expect.poll(ofAlert, { timeout: 5_000 }).toMatchObject([
    { module: 'alert', attributes: { outcome: 'accepted', status: 202 } },
    { module: 'late_answer', attributes: { outcome: 'answered', success: true, orders: 1 } },
  ]);
});

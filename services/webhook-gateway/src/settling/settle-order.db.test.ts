import { queues, type SettleMessage } from '@sluice/contracts';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { answerSchemas } from '../http/openapi.ts';
import {
  adminToken,
  createInstallation,
  type TestGateway,
  type TestInstallation,
} from '../testing/test-installation.ts';

let installation: TestInstallation;
let gateway: TestGateway;

beforeAll(async () => {
  installation = await createInstallation(inject('databaseUrl'));
  gateway = await installation.gateway();
});
afterAll(() => installation.end());

async function settle(id: string, body: object) {
  const response = await fetch(`${gateway.url}/admin/orders/${id}/settle`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { error?: string } };
}
const messages = async () =>
  (
    await installation.sql<{ data: SettleMessage }[]>`select data from pgboss.job where name = ${queues.settleOrder}`
  ).map(({ data }) => data);

/** Answers the message about an order as order-queue does. */
async function reply(orderId: number, body: object): Promise<SettleMessage> {
  await expect.poll(async () => (await messages()).find((message) => message.orderId === orderId)).toBeDefined();
  const message = (await messages()).find((one) => one.orderId === orderId)!;
  await installation.sql`insert into orders.settle_reply (id, body) values (${message.id}, ${installation.sql.json(body as never)})`;
  return message;
}

test('what a person says of an order is passed on, and answered with what became of it', async () => {
  const asked = settle('67', { order_id: '20261123-06010-0000012345', by: 'kim' });
  const message = await reply(67, { kind: 'settled', state: 'open' });
  expect(message).toMatchObject({ exchangeOrderId: '20261123-06010-0000012345', by: 'kim' });
  const answer = await asked;
  expect(answer).toEqual({ status: 200, body: { success: true, id: 67, state: 'open' } });
  answerSchemas.settled.parse(answer.body);
});

test('it is said of the attempt that is current then, so that it never speaks of a later one', async () => {
  await installation.sql`
    insert into orders.entry (id, uuid, alert_id, strategy, account, venue, symbol, order_index, arrival, type, side, price,
      quantity, reduce_only, priority, sort_price, status, wanted, received_at, attempt)
    values (71, gen_random_uuid(), 'A', 's', 'a', 'kis', '005930/KRW', 0, 1, 'LIMIT', 'buy', 70000, 1, false, 3, 70000,
      'unresolved_place', 'live', now(), 3)`;
  const asked = settle('71', { never_arrived: true });
  expect(await reply(71, { kind: 'settled', state: 'pending' })).toMatchObject({ attempt: 3, exchangeOrderId: null });
  expect((await asked).status).toBe(200);
});

test('what cannot be so is answered 409, and what could not be held against the exchange 503, with the reason', async () => {
  const refused = settle('68', { never_arrived: true });
  expect(await reply(68, { kind: 'refused', reason: 'nobody is asked' })).toMatchObject({ exchangeOrderId: null });
  expect(await refused).toMatchObject({ status: 409, body: { error: 'order: nobody is asked' } });
  const away = settle('69', { order_id: '1' });
  await reply(69, { kind: 'away', reason: 'the exchange does not answer' });
  expect((await away).status).toBe(503);
});

test('a body that says nothing, or both, is refused, and nothing is passed on', async () => {
  const before = (await messages()).length;
  const exactlyOne = /takes exactly one of/;
  for (const body of [{}, { order_id: '1', never_arrived: true }, { never_arrived: false }, { orderid: '1' }]) {
    expect(await settle('70', body)).toMatchObject({ status: 400, body: { error: expect.stringMatching(exactlyOne) } });
  }
  expect((await settle('x', { never_arrived: true })).status).toBe(404);
  expect(await messages()).toHaveLength(before);
});

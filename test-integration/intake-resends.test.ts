import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { startTcpProxy, type TcpProxy } from '@sluice/service-runtime/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { limits } from './harness/alerts.ts';
import { type DatabaseGate, startDatabaseGate } from './harness/database-gate.ts';
import { eventually } from './harness/eventually.ts';
import { sendRaw } from './harness/raw-alert.ts';
import { type StoredAlert, storedAlerts } from './harness/stored-alerts.ts';
import { useStack } from './harness/use-stack.ts';

// Every test trades on an account of its own and is judged by the orders the exchange ever took from it.

const prices = [94_000, 93_900, 93_800];
/** The commit as it goes over the wire, and no other statement that has the word in it. */
const commit = '\0commit\0';

// The first gateway reaches Postgres by a way that can hold a commit's answer, and by one that can be cut.
let gate: DatabaseGate;
let proxy: TcpProxy;

const stack = useStack({
  strategies: [
    'killed',
    'commit-held',
    'commit-cut',
    'commit-gone',
    'reset',
    'closed',
    'half-closed',
    'neighbour',
    'apart',
    'one-id',
    'at-once',
    'conflict',
  ],
  gateways: 2,
  async environment(service, databaseUrl, replica) {
    if (service !== 'webhook-gateway' || replica > 0) return {};
    gate = await startDatabaseGate(databaseUrl);
    proxy = await startTcpProxy(gate.url);
    return { DATABASE_URL: proxy.url };
  },
});
afterAll(async () => {
  await proxy?.close();
  await gate?.close();
});

const alertOf = (strategy: string, fields = {}) => ({ ...limits(strategy, 'BTC/USDT', prices), ...fields });

/** The exchange took `sets` times the alert's orders from the account and no other, each under an id of its own. */
async function expectSets(account: string, sets: number): Promise<void> {
  const { orders, acceptedTwice } = await stack().exchange.record(account);
  const expected = prices.flatMap((price) => Array<string>(sets).fill(String(price)));
  expect(orders.map(({ price }) => price).sort()).toEqual(expected.sort());
  expect(acceptedTwice).toEqual([]);
}

async function alerts(strategy: string): Promise<StoredAlert[]> {
  return await storedAlerts(stack().sql, strategy);
}

async function firstAlert(strategy: string, is: (alert: StoredAlert) => boolean = () => true): Promise<StoredAlert> {
  return await eventually(async () => {
    const [alert] = await alerts(strategy);
    expect(alert !== undefined && is(alert)).toBe(true);
    return alert!;
  });
}

describe('an alert whose gateway or connection fails is one alert with its resend', () => {
  test('when the gateway is killed after the commit, before it knows of it', async () => {
    const body = alertOf('killed');
    const held = gate.trap({ text: /take_alert/, at: 'commit' });
    const first = stack()
      .gateway.alert(body)
      .catch((error: unknown) => error);
    await held.sprung();
    await stack().gateways[0]!.kill();
    expect(await first).toBeInstanceOf(Error);
    held.release();

    const { status, body: answer } = await stack().gateway.alert(body, { gateway: 1 });

    expect(status).toBe(200);
    expect(answer.duplicate_of).toBe((await firstAlert('killed')).id);
    expect(answer.summary).toMatchObject({ successful_orders: 3, exchange_submitted: 3 });
    await expectSets('killed', 1);
    await stack().gateways[0]!.start();
  });

  test.concurrent.each([
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', (socket: Socket) => socket.destroy()],
    ['half-closed', (socket: Socket) => socket.end()],
  ])('when the answer is written into a socket that was %s before', async (account, hangUp) => {
    const body = alertOf(account);
    // Long enough for hanging up before the answer.
    const quick = await stack().exchange.fault(account, {
      match: { call: 'place' },
      do: 'delay',
      ms: 500,
      times: 'always',
    });
    const socket = await sendRaw(stack().gateways[0]!.url, body);
    const { id } = await firstAlert(account);
    hangUp(socket);
    await firstAlert(account, ({ completed }) => completed);
    await quick();
    // Answered after it by the same gateway: when that is noted, the lost one would be as well.
    const later = await stack().gateway.settled(limits('neighbour', 'BTC/USDT', [90_000], { note: account }));
    await eventually(async () => {
      expect((await alerts('neighbour')).find((alert) => alert.id === later.id)?.answered).toBe(true);
    });
    expect((await firstAlert(account)).answered).toBe(false);

    const again = await stack().gateway.settled(body, { gateway: 1 });

    expect(again).toMatchObject({ success: true, duplicate_of: id, summary: { exchange_submitted: 3 } });
    await expectSets(account, 1);
    await eventually(async () => expect((await firstAlert(account)).answered).toBe(true));
  });
});

describe('a commit whose answer is lost', () => {
  test('on a connection that hangs is found, and the alert is answered in time', async () => {
    const held = gate.trap({ text: /take_alert/, at: 'commit' });
    const { status, body, ms } = await stack().gateway.alert(alertOf('commit-held'));
    held.release();
    expect(held.held).toBe(1);
    expect(status).toBeLessThan(300);
    expect(ms).toBeLessThan(2_800);
    await eventually(async () => expectSets('commit-held', 1));
    expect(await alerts('commit-held')).toMatchObject([{ id: body.id, duplicateOf: null }]);
  });

  test('on a connection that is cut is found, and the alert is answered with its result', async () => {
    proxy.cutAfter(commit);
    const answer = await stack().gateway.settled(alertOf('commit-cut'));
    expect(answer).toMatchObject({ success: true, summary: { exchange_submitted: 3 } });
    expect(answer.duplicate_of).toBeUndefined();
    await expectSets('commit-cut', 1);
    expect(await alerts('commit-cut')).toMatchObject([{ id: answer.id }]);
  });

  test('by a store that stays away is found by the resend', async () => {
    const body = alertOf('commit-gone');
    const held = gate.trap({ text: /take_alert/, at: 'commit' });
    const first = stack().gateway.alert(body);
    await held.sprung();
    proxy.cut();
    held.release();
    const { status, ms } = await first;
    expect(status).toBe(503);
    expect(ms).toBeLessThan(2_800);
    proxy.resume();

    const again = await stack().gateway.settled(body, { resends: { times: 3, everyMs: 100 } });

    expect(again).toMatchObject({ success: true, summary: { exchange_submitted: 3 } });
    expect(again.duplicate_of).toBe((await firstAlert('commit-gone')).id);
    await expectSets('commit-gone', 1);
  });
});

describe.concurrent('equal alerts', () => {
  test('2 s apart, both answered, are two', async () => {
    const first = await stack().gateway.settled(alertOf('apart'));
    await pause(2_000);
    const second = await stack().gateway.settled(alertOf('apart'), { gateway: 1 });
    expect(second.duplicate_of).toBeUndefined();
    expect(second.id).not.toBe(first.id);
    expect(second.summary).toMatchObject({ exchange_submitted: 3 });
    await expectSets('apart', 2);
  });

  test.each([
    ['one-id', 'with one alert_id', { alert_id: 'TradingView 17' }],
    ['at-once', 'of which none is answered yet', {}],
  ])('sent to two replicas at once, %s: %s, are one, and both senders get the result', async (strategy, _, fields) => {
    const body = alertOf(strategy, fields);
    const answers = await Promise.all([0, 1].map((gateway) => stack().gateway.settled(body, { gateway })));
    const original = answers.find(({ duplicate_of }) => duplicate_of === undefined)!;
    const copy = answers.find((answer) => answer !== original)!;
    expect(original.summary).toMatchObject({ successful_orders: 3, exchange_submitted: 3 });
    expect(copy).toEqual({ ...original, id: copy.id, duplicate_of: original.id });
    expect(copy.id).not.toBe(original.id);
    await expectSets(strategy, 1);
  });

  test('with one alert_id count as one however late the second comes, and another body is refused with 409', async () => {
    const body = alertOf('conflict', { alert_id: 'order 4711' });
    const first = await stack().gateway.settled(body);
    await eventually(async () => expect((await firstAlert('conflict')).answered).toBe(true));
    const again = await stack().gateway.settled(body, { gateway: 1 });
    expect(again).toEqual({ ...first, id: again.id, duplicate_of: first.id });

    const changed = await stack().gateway.alert({
      ...limits('conflict', 'BTC/USDT', [91_000]),
      alert_id: 'order 4711',
    });

    expect(changed.status).toBe(409);
    expect(changed.body).toEqual({
      success: false,
      error: expect.stringMatching(/^alert_id: /),
      errors: [{ path: 'alert_id', message: `belongs to alert ${first.id}, which had another body` }],
    });
    expect(await alerts('conflict')).toHaveLength(2);
    await expectSets('conflict', 1);
  });
});

import { liveEvent, liveEventTypes, liveTypeOfKind, type OrderEventKind, type OrderLiveEvent } from '@sluice/contracts';
import { EventSource } from 'eventsource';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../cli/src/run-command.ts';
import { ladder, limits } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { adminToken } from './harness/gateway-client.ts';
import { keyOf, tokenOf } from './harness/test-configuration.ts';
import { useStack } from './harness/use-stack.ts';

// 20 open orders per symbol, so that some of the 30 wait, and a fill lets the next one in.

const symbol = 'BTC/USDT';
const stack = useStack({ strategies: ['told', 'other'] });
const sources: EventSource[] = [];
afterAll(() => {
  for (const source of sources) source.close();
});

/** A client as other programs have one: it reconnects by itself, with the id of what it heard last. */
async function listen(token: string): Promise<OrderLiveEvent[]> {
  const heard: OrderLiveEvent[] = [];
  const source = new EventSource(`${stack().gateways[0]!.url}/api/events`, {
    fetch: (address, init) =>
      fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
  });
  sources.push(source);
  for (const type of liveEventTypes) {
    source.addEventListener(type, ({ data }) => {
      const event = liveEvent.parse(JSON.parse(data));
      if ('order_id' in event) heard.push(event);
    });
  }
  await new Promise((resolve) => source.addEventListener('ready', resolve));
  return heard;
}

test('a client hears every event of 30 orders once and in order, across a restart of the gateway', async () => {
  const [all, own] = await Promise.all([listen(adminToken), listen(tokenOf('told'))]);
  await stack().gateway.settled(limits('told', symbol, ladder(95_000, 25, -10)));
  await eventually(() => expect(all.filter(({ type }) => type === 'order.sent')).toHaveLength(20));
  const before = all.length;

  await stack().gateways[0]!.stop();
  // Heard by nobody now: they are stored, and told to whoever comes back.
  for (const order of (await stack().orders.of('told')).slice(0, 5)) {
    await stack().exchange.control('/fills', { account: keyOf('told'), clientOrderId: order.clientId });
  }
  await eventually(async () => expect(await stack().orders.counts('told')).toEqual({ filled: 5, open: 20 }));
  await stack().gateways[0]!.start();
  await stack().gateway.settled(limits('other', symbol, ladder(95_000, 5, -10)));

  await eventually(async () => {
    const stored = await storedEvents();
    expect(all.map(({ event }) => event)).toEqual(stored.map(({ id }) => id));
  });
  expect(all.length).toBeGreaterThan(before + 10);
  const stored = await storedEvents();
  const ofTold = stored.filter(({ strategy }) => strategy === 'told').map(({ id }) => id);
  // Each client comes back at a moment of its own, one to three seconds after the stop.
  await eventually(() => expect(own.map(({ event }) => event)).toEqual(ofTold));
  const [first] = await stack().orders.of('told');
  expect(own.filter(({ order_id }) => order_id === first!.id).map(({ type, state }) => [type, state])).toEqual([
    ['order.created', 'pending'],
    ['order.sent', 'open'],
    ['order.filled', 'filled'],
  ]);
});

test('`sluice events` tells them a line each', async () => {
  const out: string[] = [];
  const settings = { SLUICE_URL: stack().gateways[0]!.url, SLUICE_ADMIN_TOKEN: adminToken };
  const lines = Promise.withResolvers<void>();
  const told = runCommand(['events', '--types', 'order.filled', '--count', '1'], settings, {
    out: (text) => out.push(text),
    err: (text) => text.includes('listening') && lines.resolve(),
  });
  await lines.promise;
  const [open] = (await stack().orders.of('other')).filter(({ status }) => status === 'open');
  await stack().exchange.control('/fills', { account: keyOf('other'), clientOrderId: open!.clientId });
  expect(await told).toBe(0);
  expect(out).toEqual([expect.stringMatching(new RegExp(`order\\.filled +order ${open!.id} other .*BTC/USDT`))]);
});

/** What is stored and told, in the order of its numbers. */
async function storedEvents() {
  const rows = await stack().sql<{ id: number; kind: OrderEventKind; strategy: string }[]>`
    select v.id, v.kind, e.strategy from orders.event v join orders.entry e on e.id = v.order_id order by v.id`;
  return rows.filter(({ kind }) => liveTypeOfKind[kind] !== null);
}

import { request } from 'node:http';
import { connect } from 'node:net';
import { channels, liveEvent } from '@sluice/contracts';
import { connectPostgres, createListener, type Sql, type Tx } from '@sluice/service-runtime';
import { captureLogs } from '@sluice/telemetry/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  adminToken,
  createInstallation,
  type TestGateway,
  type TestInstallation,
  tokenOf,
} from '../testing/test-installation.ts';
import { positionText } from './event-position.ts';
import { createLiveStream } from './live-stream.ts';

type Heard = { type: string; id: string; data: Record<string, unknown> };
type Ear = {
  status: number;
  events: Heard[];
  comments: string[];
  over: boolean;
  /** Waits until this is so of what was heard. */
  until(is: (ear: Ear) => boolean): Promise<void>;
  /** Numbers of the orders' events, in the order they were heard. */
  numbers(): number[];
  hangUp(): void;
};

let installation: TestInstallation;
let gateway: TestGateway;
let sql: Sql;
let writers: Sql;
const ears: Ear[] = [];

beforeAll(async () => {
  installation = await createInstallation(inject('databaseUrl'));
  ({ sql } = installation);
  await installation.addStrategy('test1');
  await installation.addStrategy('test2');
  await sql`
    insert into orders.entry (id, uuid, alert_id, strategy, account, venue, symbol, order_index, arrival, type, side, price,
      reduce_only, quantity, priority, sort_price, status, wanted, received_at)
    select id, gen_random_uuid(), 'a', 'test' || id, 'test' || id || '-binance-usdm', 'binance-usdm', symbol, id, id, 'LIMIT',
      'buy', 95000, false, 0.5, 3, 95000, 'open', 'live', now()
    from (values (1, 'BTC/USDT'), (2, 'ETH/USDT')) o(id, symbol)`;
  writers = connectPostgres({ url: installation.url, applicationName: 'writers', max: 12 });
  gateway = await installation.gateway();
});
afterEach(() => {
  for (const ear of ears.splice(0)) ear.hangUp();
});
afterAll(async () => {
  await writers.end({ timeout: 5 });
  await installation.end();
});

/** Writes events of an order, in or outside a transaction, and returns their numbers. */
async function insert(tx: Sql | Tx, order: number, count: number, kind: string, detail: object): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    insert into orders.event (order_id, kind, status, attempt, cause, detail)
    select ${order}, ${kind}, 'open', 1, 'a', ${tx.json(detail as never)} from generate_series(1, ${count}) returning id`;
  return rows.map(({ id }) => id);
}
const sentDetail = { executed: '0', exchange_order_id: '812' };

/** Writes events with a hint, as order-queue does. */
async function write(store: Sql, order = 1, count = 1, kind = 'sent', detail: object = sentDetail): Promise<number[]> {
  const ids = await insert(store, order, count, kind, detail);
  await store`select pg_notify(${channels.liveEvents}, '')`;
  return ids;
}

/** Writes and waits with the commit until told. */
async function hold(order = 1, count = 1) {
  const written = Promise.withResolvers<number[]>();
  const told = Promise.withResolvers<'commit' | 'roll back'>();
  const done = writers
    .begin(async (tx) => {
      written.resolve(await insert(tx, order, count, 'sent', sentDetail));
      if ((await told.promise) === 'roll back') throw new Error('rolled back');
    })
    .catch(() => {});
  const end = (how: 'commit' | 'roll back') => {
    told.resolve(how);
    return done;
  };
  return { ids: await written.promise, end };
}

function listen(
  query = '',
  {
    token = adminToken,
    lastEventId = '',
    at = gateway,
  }: { token?: string; lastEventId?: string; at?: TestGateway } = {},
): Promise<Ear> {
  const opened = Promise.withResolvers<Ear>();
  const headers = { authorization: `Bearer ${token}`, ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }) };
  const sent = request(`${at.url}/api/events${query}`, { headers, agent: false }, (response) => {
    const waiting = new Set<() => void>();
    const ear: Ear = {
      status: response.statusCode!,
      events: [],
      comments: [],
      over: false,
      until: async (is) => {
        while (!is(ear)) await new Promise<void>((resolve) => waiting.add(resolve));
      },
      numbers: () => ear.events.filter(({ type }) => type.startsWith('order.')).map(({ data }) => data.event as number),
      hangUp: () => sent.destroy(),
    };
    let text = '';
    const wake = () => {
      for (const resolve of waiting) resolve();
      waiting.clear();
    };
    response.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const type = field('event');
        if (type !== undefined) ear.events.push({ type, id: field('id')!, data: JSON.parse(field('data')!) });
        else if (block.startsWith(': ')) ear.comments.push(block.slice(2));
      }
      wake();
    });
    const end = () => {
      ear.over = true;
      wake();
    };
    response.on('end', end).on('error', end);
    ears.push(ear);
    opened.resolve(ear);
  });
  sent.on('error', () => {});
  sent.end();
  return opened.promise;
}

/** One that is told what happens from here on. */
async function ready(...how: Parameters<typeof listen>): Promise<Ear> {
  const ear = await listen(...how);
  await ear.until(({ events }) => events.some(({ type }) => type === 'ready'));
  return ear;
}
const last = (ear: Ear) => ear.events.at(-1)!;
const heard = (ear: Ear, id: number) => ear.until(() => ear.numbers().includes(id));

test('an event is told as it is documented, with an id, and steps on the way are not', async () => {
  const ear = await ready();
  await write(sql, 1, 1, 'submitting');
  const [id] = await write(sql);
  await heard(ear, id!);
  const { type, data } = last(ear);
  expect(type).toBe('order.sent');
  expect(liveEvent.parse(data)).toEqual(data);
  expect(data).toMatchObject({
    type: 'order.sent',
    kind: 'sent',
    order_id: 1,
    strategy: 'test1',
    account: 'test1-binance-usdm',
    symbol: 'BTC/USDT',
    price: '95000',
    quantity: '0.5',
    executed: '0',
    exchange_order_id: '812',
    cause: 'a',
  });
  expect(ear.events.map((event) => event.type)).toEqual(['ready', 'order.sent']);
});

describe('the cursor', () => {
  test('waits for a transaction that holds a lower number, and tells both in the order of their numbers', async () => {
    const ear = await ready();
    const open = await hold();
    const [later] = await write(sql);
    const first = await ready();
    expect(ear.numbers()).toEqual([]);
    expect(first.numbers()).toEqual([]);
    await open.end('commit');
    await heard(ear, later!);
    expect(ear.numbers()).toEqual([...open.ids, later]);
  });

  test('passes the numbers of a transaction that was rolled back', async () => {
    const ear = await ready();
    const open = await hold();
    const [later] = await write(sql);
    await open.end('roll back');
    await heard(ear, later!);
    expect(ear.numbers()).toEqual([later]);
  });

  test('loses and repeats nothing, whoever commits when and however often a listener comes back', async () => {
    const from = await ready();
    const steady = await ready();
    const committed: number[] = [];
    const busy = Array.from({ length: 10 }, async (_, seed) => {
      for (let turn = 0; turn < 15; turn += 1) {
        const open = await hold((seed % 2) + 1, 1 + ((seed + turn) % 4));
        // The others draw numbers and commit meanwhile.
        await sql`select pg_sleep(${((seed * 7 + turn * 3) % 10) / 1_000})`;
        const commits = (seed + turn) % 5 !== 0;
        await open.end(commits ? 'commit' : 'roll back');
        if (commits) committed.push(...open.ids);
      }
    });
    /** Known once nobody writes any more. */
    let all = Number.POSITIVE_INFINITY;
    const coming = (async () => {
      const numbers: number[] = [];
      let lastEventId = last(from).id;
      while (numbers.length < all) {
        const ear = await listen('', { lastEventId });
        const enough = 1 + (numbers.length % 7);
        await ear.until(() => ear.numbers().length >= Math.min(enough, all - numbers.length));
        ear.hangUp();
        numbers.push(...ear.numbers());
        lastEventId = last(ear).id;
      }
      return numbers;
    })();
    await Promise.all(busy);
    committed.sort((a, b) => a - b);
    // One more, which wakes whoever waits for more than there is.
    all = committed.length + 1;
    const [end] = await write(sql);
    committed.push(end!);
    await heard(steady, end!);
    expect(steady.numbers()).toEqual(committed);
    expect(await coming).toEqual(committed);
  });
});

describe('resuming', () => {
  test('goes on after the last id, on another gateway too', async () => {
    const ear = await ready();
    const before = await write(sql, 1, 2);
    await heard(ear, before[1]!);
    const lastEventId = ear.events.find(({ data }) => data.event === before[0])!.id;
    ear.hangUp();
    const missed = await write(sql, 2, 600);
    const other = await installation.gateway();
    const again = await listen('', { lastEventId, at: other });
    await heard(again, missed.at(-1)!);
    expect(again.numbers()).toEqual([before[1], ...missed]);
    await other.stop();
  });

  test.each([
    [
      'is past what is kept',
      () => positionText({ orders: 1, jobs: 0 }, Date.now() - 31 * 86_400_000),
      /older than the 30 days/,
    ],
    [
      'is ahead of what is stored',
      () => positionText({ orders: 1e12, jobs: 0 }, Date.now()),
      /ahead of what is stored/,
    ],
    ['is not one of ours', () => 'abc', /not an id of this stream/],
  ])('begins with a reset where the id %s, and then goes on', async (_, lastEventId, reason) => {
    const ear = await ready('', { lastEventId: lastEventId() });
    expect(ear.events[0]).toMatchObject({ type: 'reset', data: { reason: expect.stringMatching(reason) } });
    const [id] = await write(sql);
    await heard(ear, id!);
    expect(ear.numbers()).toEqual([id]);
  });
});

describe('who may hear what', () => {
  test.each([
    ['nothing', ''],
    ['another token', 'Bearer wrong'],
    ['another scheme', `Basic ${adminToken}`],
  ])('%s is answered with 401', async (_, authorization) => {
    const { status, body } = await gateway.get('/api/events', authorization === '' ? {} : { authorization });
    expect({ status, error: body.error }).toMatchObject({ status: 401, error: expect.stringContaining('Bearer') });
  });

  test('a token in the address is refused with a sentence, whatever the header says', async () => {
    const { status, body } = await gateway.get(`/api/events?token=${adminToken}`, {
      authorization: `Bearer ${adminToken}`,
    });
    expect(status).toBe(400);
    expect(body.error).toMatch(/belongs in the Authorization header/);
  });

  test('a strategy hears of its own orders and of no job', async () => {
    const own = await ready('', { token: tokenOf('test2') });
    const all = await ready();
    await write(sql, 1);
    await sql`
      insert into runtime.job_event (at, kind, job_id, replica, started_at, outcome)
      values (now(), 'ended', 'price_cache', 'r', now() - interval '1 s', 'changed')`;
    const [id] = await write(sql, 2);
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
    const { status, body } = await gateway.get('/api/events?strategy=test1', {
      authorization: `Bearer ${tokenOf('test2')}`,
    });
    expect({ status, error: body.error }).toEqual({ status: 403, error: 'strategy: this token is for test2 only' });
  });

  test.each([
    ['types=order.snet', /types: is "order.snet"/],
    ['strategy=nobody', /there is no strategy "nobody"/],
    ['account=nobody', /there is no account "nobody"/],
  ])('%s is refused with what there is', async (query, error) => {
    const { status, body } = await gateway.get(`/api/events?${query}`, { authorization: `Bearer ${adminToken}` });
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
    for (const order of [1, 2]) await write(sql, order);
    for (const order of [1, 2]) await write(sql, order, 1, 'filled');
    await ear.until(() => ear.numbers().length >= orders.length);
    expect(ear.events.slice(1).map(({ data }) => data.order_id)).toEqual(orders);
  });
});

test('200 listeners hear each event once', async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => ready()));
  const ids = await write(sql, 1, 100);
  await Promise.all(all.map((ear) => heard(ear, ids.at(-1)!)));
  for (const ear of all) expect(ear.numbers()).toEqual(ids);
});

test('one reader reads for all, and nobody while nobody listens', async () => {
  let asked = 0;
  const counting = new Proxy(sql, {
    apply(target, self, given) {
      asked += 1;
      return Reflect.apply(target as never, self, given) as unknown;
    },
  });
  const listener = await createListener(installation.url, [channels.liveEvents]);
  const live = createLiveStream({ sql: counting, listener });
  const filter = { strategies: null, accounts: null, symbol: null, types: null };
  const streams = Array.from({ length: 200 }, () => {
    const body = live.listen({ filter, lastEventId: null, allowed: () => true, cut: () => {} })!;
    const read = body.pipeThrough(new TextDecoderStream() as never).getReader() as ReadableStreamDefaultReader<string>;
    return {
      close: () => read.cancel(),
      async until(part: string) {
        for (let text = ''; !text.includes(part); ) text += (await read.read()).value ?? part;
      },
    };
  });
  await Promise.all(streams.map((stream) => stream.until('event: ready')));
  const before = asked;
  const [id] = await write(sql);
  await Promise.all(streams.map((stream) => stream.until(`"event":${id}`)));
  // A look each half second and one per hint, at two sources each.
  expect(asked - before).toBeLessThan(20);
  for (const stream of streams) await stream.close();
  expect(live.count()).toBe(0);
  const left = asked;
  const later = await ready();
  const [other] = await write(sql);
  await heard(later, other!);
  expect(asked - left).toBeLessThan(5);
  await live.stop();
  await listener.close();
});

test('a heartbeat comes with the position, and ends the stream of a token that is not valid any more', async () => {
  const listener = await createListener(installation.url, [channels.liveEvents]);
  const live = createLiveStream({ sql, listener, heartbeatMs: 10 });
  const filter = { strategies: null, accounts: null, symbol: null, types: null };
  let allowed = true;
  const body = live.listen({ filter, lastEventId: null, allowed: () => allowed, cut: () => {} })!;
  let text = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream() as never) as unknown as AsyncIterable<string>) {
    text += piece;
    if (/: heartbeat\nid: \d+-\d+-\d+\n\n/.test(text)) allowed = false;
  }
  expect(text).toMatch(/^retry: \d+\n\n/);
  expect(text).toMatch(/: ended: the token is not valid any more\n\n$/);
  await live.stop();
  await listener.close();
});

test('one that does not read is dropped with a comment; the others hear everything', async () => {
  using logs = captureLogs();
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.write(`GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${adminToken}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  const steady = await ready();
  const ids: number[] = [];
  const isDropped = () => logs.records.some(({ message }) => message.includes('dropped'));
  // Until it is more than its outbox and the buffers of two sockets hold.
  while (!isDropped()) {
    ids.push(...(await write(sql, 1, 40, 'cancelled', { because: 'x'.repeat(20_000) })));
    await heard(steady, ids.at(-1)!);
  }
  let text = '';
  socket.on('data', (piece) => {
    text = (text + piece).slice(-1_000);
  });
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve).once('end', resolve));
  expect(text).toMatch(/: dropped: it did not read for too long; connect again with Last-Event-ID/);
  expect(steady.numbers()).toEqual(ids);
});

test('a gateway that stops ends its streams with a comment, at once', async () => {
  const other = await installation.gateway();
  const ear = await ready('', { at: other });
  const begun = performance.now();
  await other.stop();
  await ear.until(({ over }) => over);
  expect(ear.comments).toEqual([expect.stringMatching(/^ended: this gateway stops/)]);
  expect(performance.now() - begun).toBeLessThan(4_000);
});

import { createHmac, generateKeyPairSync, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { openUserStream } from '../ccxt/user-stream.ts';
import type { AccountEvent, AccountStream } from '../exchange.ts';
import { credentials } from '../testing/sample-orders.ts';
import { type ScriptedVenue, startScriptedVenue } from '../testing/scripted-venue.ts';
import { connectSpot } from './connection.ts';
import { executionReport } from './documented-shapes.ts';
import { mapUserEvent } from './map-user-event.ts';
import { userStreamProtocol } from './user-stream.ts';

describe('A frame of the account’s stream', () => {
  const read = (frame: string) => mapUserEvent(frame, (symbol) => symbol.replace('USDT', '/USDT'));
  const report = (more: object) => read(executionReport('a1', more));

  test('tells an order with its state', () => {
    expect(report({})).toMatchObject({
      kind: 'order',
      report: { clientOrderId: 'a1', exchangeOrderId: '28', symbol: 'BTC/USDT', status: 'open', executed: '0' },
      fill: null,
    });
  });

  test('tells the last of several executions with its fee in the asset received, beside what was executed in all', () => {
    const filled = {
      x: 'TRADE',
      X: 'FILLED',
      z: '0.01000000',
      Z: '950.00100000',
      l: '0.00600000',
      L: '95000.20000000',
    };
    expect(report({ ...filled, t: 77, n: '0.00001000', N: 'BTC', m: true })).toMatchObject({
      report: { status: 'filled', executed: '0.01', averagePrice: '95000.1' },
      fill: { tradeId: '77', clientOrderId: 'a1', quantity: '0.006', price: '95000.2', fee: '0.00001', maker: true },
    });
    expect(report({ ...filled, t: 77, S: 'SELL', N: 'USDT' })).toMatchObject({
      report: { side: 'sell' },
      fill: { side: 'sell', feeCurrency: 'USDT' },
    });
  });

  test('names a cancelled order by its own id, which stands beside the cancel’s', () => {
    expect(report({ c: 'web_cancel', C: 'a1', x: 'CANCELED', X: 'CANCELED' })).toMatchObject({
      report: { clientOrderId: 'a1', status: 'cancelled' },
      fill: null,
    });
  });

  test('tells a stop that triggered from one that waits, and why one was refused at its trigger', () => {
    const stop = { o: 'STOP_LOSS_LIMIT', P: '97000.00000000' };
    expect(report({ ...stop, w: false })).toMatchObject({ report: { status: 'open', conditional: true } });
    expect(report({ ...stop, w: true })).toMatchObject({ report: { status: 'triggered', conditional: true } });
    expect(report({ ...stop, w: false, x: 'EXPIRED', X: 'EXPIRED', eR: 'REJECTED' })).toMatchObject({
      report: { status: 'expired', reason: 'REJECTED' },
    });
  });

  test.each([
    ['what is no JSON', 'hello', { kind: 'unreadable' }],
    ['an order without its shape', executionReport('a1', { X: 'UNHEARD_OF' }), { kind: 'unreadable' }],
    ['balances, which nobody asked for', JSON.stringify({ event: { e: 'outboundAccountPosition' } }), null],
    ['the end of the subscription', JSON.stringify({ event: { e: 'eventStreamTerminated' } }), { kind: 'ended' }],
    ['a server that stops', JSON.stringify({ event: { e: 'serverShutdown' } }), { kind: 'ended' }],
  ])('%s', (_what, frame, meaning) => {
    if (meaning === null) expect(read(frame)).toBeNull();
    else expect(read(frame)).toMatchObject(meaning);
  });
});

describe('The account’s stream', () => {
  const timing = { pingEvery: 50, silentAfter: 2_000, keepKeyEvery: 1_000, firstRetry: 5, longestRetry: 40 };
  let venue: ScriptedVenue;
  let stream: AccountStream | undefined;
  let told: AccountEvent[];
  let heard: () => void;

  beforeEach(async () => {
    venue = await startScriptedVenue();
    told = [];
    heard = () => {};
  });
  afterEach(async () => {
    stream?.close();
    await venue.close();
  });

  function watch(secret = credentials.secret): void {
    const keys = { ...credentials, secret };
    const connection = connectSpot({ credentials: keys, endpoint: venue.endpoint });
    const listen = (event: AccountEvent) => {
      told.push(event);
      heard();
    };
    stream = openUserStream(userStreamProtocol(connection, keys, venue.endpoint), listen, timing);
  }

  const until = (kinds: string) =>
    new Promise<void>((resolve) => {
      heard = () => {
        if (told.map(({ kind }) => kind).join(' ') === kinds) resolve();
      };
      heard();
    });

  const takeIn = (socket: WebSocket, answer: object) =>
    new Promise<{ id: string; method: string; params: Record<string, string | number> }>((resolve) =>
      socket.once('message', (frame) => {
        const request = JSON.parse(String(frame));
        socket.send(JSON.stringify({ id: request.id, ...answer }));
        resolve(request);
      }),
    );
  const taken = { status: 200, result: { subscriptionId: 0 } };

  const payloadOf = (params: Record<string, string | number>) =>
    Object.keys(params)
      .filter((name) => name !== 'signature')
      .sort()
      .map((name) => `${name}=${params[name]}`)
      .join('&');

  test('stands once the exchange has taken the subscription, signed with the key’s secret over sorted parameters', async () => {
    const asked = Promise.withResolvers<Awaited<ReturnType<typeof takeIn>>>();
    venue.onStream((socket, request) => {
      expect(request.url).toBe('/ws-api/v3');
      expect(told).toEqual([]);
      void takeIn(socket, taken).then(asked.resolve);
    });
    watch();
    await until('connected');
    const { method, params } = await asked.promise;
    expect(method).toBe('userDataStream.subscribe.signature');
    expect(params).toMatchObject({ apiKey: 'demo-api-key', recvWindow: 5_000, timestamp: expect.any(Number) });
    const expected = createHmac('sha256', credentials.secret).update(payloadOf(params)).digest('hex');
    expect(params.signature).toBe(expected);
    expect(stream?.connected).toBe(true);
  });

  test('signs with an Ed25519 key where the secret is one', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const asked = Promise.withResolvers<Awaited<ReturnType<typeof takeIn>>>();
    venue.onStream((socket) => void takeIn(socket, taken).then(asked.resolve));
    watch(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const { params } = await asked.promise;
    const signature = Buffer.from(String(params.signature), 'base64');
    expect(verify(null, Buffer.from(payloadOf(params)), publicKey, signature)).toBe(true);
  });

  test('a refused subscription is told of with the exchange’s words, and asked for again', async () => {
    let connections = 0;
    venue.onStream((socket) => {
      connections += 1;
      const refused = { status: 401, error: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' } };
      void takeIn(socket, connections === 1 ? refused : taken);
    });
    watch();
    await until('lost connected');
    expect(told[0]).toEqual({
      kind: 'lost',
      reason: 'the exchange refused the subscription (-2015: Invalid API-key, IP, or permissions for action.)',
    });
  });

  test('a subscription that the exchange ends is made anew, and what came before it is told', async () => {
    let connections = 0;
    venue.onStream((socket) => {
      connections += 1;
      const last = connections === 1;
      void takeIn(socket, taken).then(() => {
        socket.send(executionReport(`a${connections}`));
        if (last) socket.send(JSON.stringify({ subscriptionId: 0, event: { e: 'eventStreamTerminated', E: 1 } }));
      });
    });
    watch();
    await until('connected order lost connected order');
    expect(told.flatMap((event) => (event.kind === 'order' ? [event.report.clientOrderId] : []))).toEqual(['a1', 'a2']);
  });
});

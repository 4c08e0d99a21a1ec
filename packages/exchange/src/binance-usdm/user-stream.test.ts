import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { openUserStream, type StreamTiming } from '../ccxt/user-stream.ts';
import type { AccountEvent, AccountStream } from '../exchange.ts';
import { HeardEvents } from '../testing/heard-events.ts';
import { credentials } from '../testing/sample-orders.ts';
import { byRoute, type ScriptedVenue, startScriptedVenue } from '../testing/scripted-venue.ts';
import { connectUsdm } from './connection.ts';
import { userStreamProtocol } from './user-stream.ts';

// Delays a hundred times shorter than the usual ones.
const timing: StreamTiming = { pingEvery: 50, silentAfter: 120, keepKeyEvery: 1_000, firstRetry: 5, longestRetry: 40 };
const fill = { e: 'TRADE_LITE' };

let venue: ScriptedVenue;
let keys: number;
let stream: AccountStream | undefined;
let events: HeardEvents<AccountEvent>;

beforeEach(async () => {
  venue = await startScriptedVenue();
  keys = 0;
  events = new HeardEvents();
  byRoute(venue, {
    'POST /fapi/v1/listenKey': () => ({ json: { listenKey: `key-${++keys}` } }),
    'PUT /fapi/v1/listenKey': () => ({ json: {} }),
  });
});

afterEach(async () => {
  stream?.close();
  await venue.close();
});

function watch(changes: Partial<StreamTiming> = {}, admit?: () => Promise<void>): void {
  const connection = connectUsdm({ credentials, endpoint: venue.endpoint });
  stream = openUserStream(
    userStreamProtocol(connection, venue.endpoint),
    events.listen,
    { ...timing, ...changes },
    admit,
  );
}

test('it listens under the key it asked for, and nothing of ours travels along but the key', async () => {
  const seen = new Promise<IncomingMessage>((resolve) => venue.onStream((_, request) => resolve(request)));
  watch();
  await events.until('connected');
  const request = await seen;
  expect(request.url).toBe('/private/ws?listenKey=key-1');
  expect(Object.keys(request.headers).sort()).toEqual([
    'connection',
    'host',
    'sec-websocket-key',
    'sec-websocket-version',
    'upgrade',
    'user-agent',
  ]);
  expect(stream).toMatchObject({ connected: true, lastHeardAt: expect.any(Number) });
});

test('nothing is asked for while it is not admitted, neither a key nor more life for one; it listens once it is', async () => {
  let admitted = 0;
  const kept: number[] = [];
  byRoute(venue, {
    'POST /fapi/v1/listenKey': () => ({ json: { listenKey: `key-${++keys}` } }),
    'PUT /fapi/v1/listenKey': () => {
      kept.push(admitted);
      return { json: {} };
    },
  });
  venue.onStream(() => undefined);
  // Refused thrice at first, and once more when the key is to be kept.
  watch({ keepKeyEvery: 30 }, async () => {
    admitted += 1;
    if (admitted <= 3 || admitted === 5) throw new Error('no room in the rate limits');
  });
  await events.until('connected');
  expect([admitted, keys]).toEqual([4, 1]);
  expect(events.reasons()).toEqual(Array(3).fill('no room in the rate limits'));
  await vi.waitFor(() => expect(kept[0]).toBe(6));
  expect(keys).toBe(1);
});

test('a connection that is cut is told of, and made anew', async () => {
  venue.onStream((socket) => void setImmediate(() => keys === 1 && socket.terminate()));
  watch();
  await events.until('connected', 2);
  expect(events.kinds()).toEqual(['connected', 'lost', 'connected']);
});

test('a connection on which nothing is heard, not even the answer to a ping, counts as lost', async () => {
  venue.onStream(() => (keys === 1 ? 'deaf' : undefined));
  watch();
  await events.until('connected', 2);
  expect(events.reasons()).toEqual([expect.stringContaining('nothing was heard')]);
});

test('a quiet connection that answers pings stands', async () => {
  let pongs = 0;
  const five = new Promise<void>((resolve) =>
    venue.onStream((socket) => void socket.on('ping', () => ++pongs === 5 && resolve())),
  );
  watch({ pingEvery: 150, silentAfter: 500 });
  await five;
  expect(events.kinds()).toEqual(['connected']);
});

test('the key is kept alive, and one that the exchange has forgotten is replaced', async () => {
  byRoute(venue, {
    'POST /fapi/v1/listenKey': () => ({ json: { listenKey: `key-${++keys}` } }),
    'PUT /fapi/v1/listenKey': () =>
      keys === 1 ? { status: 400, json: { code: -1125, msg: 'This listenKey does not exist.' } } : { json: {} },
  });
  venue.onStream(() => undefined);
  watch({ keepKeyEvery: 20 });
  await events.until('connected', 2);
  expect(events.reasons()).toEqual(['its listen key has expired']);
});

test('the end of the key that the exchange tells of leads to a new one', async () => {
  venue.onStream((socket) => {
    if (keys === 1) socket.send(JSON.stringify({ e: 'listenKeyExpired', listenKey: 'key-1' }));
  });
  watch();
  await events.until('connected', 2);
  expect(events.reasons()).toEqual(['its listen key has expired']);
});

test('while the exchange is away it is asked at growing intervals, and no reason quotes a key', async () => {
  const asked: number[] = [];
  venue.onRequest(() => {
    asked.push(performance.now());
    return { status: 503, text: 'Service Unavailable. demo-api-key' };
  });
  watch({ firstRetry: 10, longestRetry: 160 });
  await events.until('lost', 6);
  const gaps = asked.slice(1).map((at, index) => at - asked[index]!);
  expect(gaps.at(-1)!).toBeGreaterThan(2 * gaps[0]!);
  expect(gaps.at(-1)!).toBeLessThan(400);
  expect(JSON.stringify(events.told)).not.toContain('demo-api-key');
});

test('a frame that cannot be read is told of, and the stream goes on', async () => {
  venue.onStream((socket: WebSocket) => {
    socket.send('not json');
    socket.send(JSON.stringify(fill));
  });
  watch();
  await events.until('unreadable');
  expect(stream!.connected).toBe(true);
});

test('after its close it is silent for good and leaves the key to whoever listens next', async () => {
  const gone = new Promise<void>((resolve) => venue.onStream((socket) => void socket.on('close', () => resolve())));
  watch();
  await events.until('connected');
  stream!.close();
  await gone;
  expect(events.kinds()).toEqual(['connected']);
  expect(venue.seen.map((request) => request.method)).toEqual(['POST']);
});

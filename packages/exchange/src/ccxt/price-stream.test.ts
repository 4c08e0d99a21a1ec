import { afterEach, beforeEach, expect, test } from 'vitest';
import { mapPriceEvent } from '../binance/map-price-event.ts';
import type { PriceEvent, PriceStream } from '../exchange.ts';
import { HeardEvents } from '../testing/heard-events.ts';
import { type ScriptedVenue, startScriptedVenue } from '../testing/scripted-venue.ts';
import { openPriceStream, type PriceStreamTiming } from './price-stream.ts';

// A hundred times shorter than the usual ones.
const timing: PriceStreamTiming = { silentAfter: 100, firstRetry: 5, longestRetry: 40 };
const frame = JSON.stringify({
  stream: '!markPrice@arr@1s',
  data: [{ e: 'markPriceUpdate', E: 1, s: 'BTCUSDT', p: '96000' }],
});

let venue: ScriptedVenue;
let stream: PriceStream | undefined;
let events: HeardEvents<PriceEvent>;

beforeEach(async () => {
  venue = await startScriptedVenue();
  events = new HeardEvents();
});
afterEach(async () => {
  stream?.close();
  await venue.close();
});

function watch(changes: Partial<PriceStreamTiming> = {}): void {
  const url = `${venue.endpoint.replace('http', 'ws')}/stream?streams=!miniTicker@arr`;
  stream = openPriceStream({ url, read: (frame) => mapPriceEvent(frame, (symbol) => symbol) }, events.listen, {
    ...timing,
    ...changes,
  });
}

test('it listens at the address it was given and tells the prices', async () => {
  let asked = '';
  venue.onStream((socket, request) => {
    asked = request.url ?? '';
    socket.send(frame);
  });
  watch();
  await events.until('mark');
  expect(asked).toBe('/stream?streams=!miniTicker@arr');
  expect(events.kinds()).toEqual(['connected', 'mark']);
  expect(stream).toMatchObject({ connected: true, lastHeardAt: expect.any(Number) });
});

test('a connection that is cut is made anew', async () => {
  let connections = 0;
  venue.onStream((socket) => {
    connections += 1;
    socket.send(frame);
    if (connections === 1) setImmediate(() => socket.terminate());
  });
  watch();
  await events.until('connected', 2);
  expect(events.reasons()).toEqual([expect.stringContaining('closed the connection')]);
});

test('a connection that carries no price for too long is dead, however alive its socket is', async () => {
  let connections = 0;
  venue.onStream((socket) => {
    connections += 1;
    if (connections === 1) socket.send('not a price');
    else socket.send(frame);
  });
  watch();
  await events.until('mark');
  expect(events.kinds()).toEqual(['connected', 'unreadable', 'lost', 'connected', 'mark']);
  expect(events.reasons()[0]).toContain('no price was heard');
});

test('an exchange that accepts and says nothing is asked at growing intervals', async () => {
  const asked: number[] = [];
  venue.onStream((socket) => {
    asked.push(performance.now());
    socket.terminate();
  });
  watch({ firstRetry: 10, longestRetry: 160 });
  await events.until('lost', 6);
  const gaps = asked.slice(1).map((at, index) => at - asked[index]!);
  expect(gaps.at(-1)!).toBeGreaterThan(2 * gaps[0]!);
});

test('after its close it is silent for good', async () => {
  const gone = new Promise<void>((resolve) => venue.onStream((socket) => void socket.on('close', () => resolve())));
  watch();
  await events.until('connected');
  stream!.close();
  await gone;
  expect(events.told).toEqual([{ kind: 'connected' }]);
});

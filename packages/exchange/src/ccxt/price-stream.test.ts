import { afterEach, beforeEach, expect, test } from 'vitest';
import { mapPriceEvent } from '../binance/map-price-event.ts';
import type { PriceEvent, PriceStream } from '../exchange.ts';
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
let told: PriceEvent[];
let hearing: (() => void)[];

beforeEach(async () => {
  venue = await startScriptedVenue();
  told = [];
  hearing = [];
});
afterEach(async () => {
  stream?.close();
  await venue.close();
});

function watch(changes: Partial<PriceStreamTiming> = {}): void {
  const listen = (event: PriceEvent) => {
    told.push(event);
    for (const check of hearing) check();
  };
  const url = `${venue.endpoint.replace('http', 'ws')}/stream?streams=!miniTicker@arr`;
  stream = openPriceStream({ url, read: (frame) => mapPriceEvent(frame, (symbol) => symbol) }, listen, {
    ...timing,
    ...changes,
  });
}

/** Resolves when so many events of a kind have been told. */
function heard(kind: PriceEvent['kind'], count = 1): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (told.filter((event) => event.kind === kind).length >= count) resolve();
    };
    hearing.push(check);
    check();
  });
}

const reasons = () => told.flatMap((event) => (event.kind === 'lost' ? [event.reason] : []));

test('it listens at the address it was given and tells the prices', async () => {
  let asked = '';
  venue.onStream((socket, request) => {
    asked = request.url ?? '';
    socket.send(frame);
  });
  watch();
  await heard('mark');
  expect(asked).toBe('/stream?streams=!miniTicker@arr');
  expect(told.map(({ kind }) => kind)).toEqual(['connected', 'mark']);
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
  await heard('connected', 2);
  expect(reasons()).toEqual([expect.stringContaining('closed the connection')]);
});

test('a connection that carries no price for too long is dead, however alive its socket is', async () => {
  let connections = 0;
  venue.onStream((socket) => {
    connections += 1;
    if (connections === 1) socket.send('not a price');
    else socket.send(frame);
  });
  watch();
  await heard('mark');
  expect(told.map(({ kind }) => kind)).toEqual(['connected', 'unreadable', 'lost', 'connected', 'mark']);
  expect(reasons()[0]).toContain('no price was heard');
});

test('an exchange that accepts and says nothing is asked at growing intervals', async () => {
  const asked: number[] = [];
  venue.onStream((socket) => {
    asked.push(performance.now());
    socket.terminate();
  });
  watch({ firstRetry: 10, longestRetry: 160 });
  await heard('lost', 6);
  const gaps = asked.slice(1).map((at, index) => at - asked[index]!);
  expect(gaps.at(-1)!).toBeGreaterThan(2 * gaps[0]!);
});

test('after its close it is silent for good', async () => {
  const gone = new Promise<void>((resolve) => venue.onStream((socket) => void socket.on('close', () => resolve())));
  watch();
  await heard('connected');
  stream!.close();
  await gone;
  expect(told).toEqual([{ kind: 'connected' }]);
});

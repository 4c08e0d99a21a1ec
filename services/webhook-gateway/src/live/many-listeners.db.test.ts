import { connect } from 'node:net';
import { channels } from '@sluice/contracts';
import { createListener } from '@sluice/service-runtime';
import { captureLogs } from '@sluice/telemetry/testing';
import { expect, test } from 'vitest';
import { adminToken } from '../testing/test-installation.ts';
import { heard, useLiveGateway } from '../testing/use-live-gateway.ts';
import { createLiveStream } from './live-stream.ts';

const live = useLiveGateway();
const { ready, write } = live;

test('200 listeners hear each event once', async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => ready()));
  const ids = await write(1, 100);
  await Promise.all(all.map((ear) => heard(ear, ids.at(-1)!)));
  for (const ear of all) expect(ear.numbers()).toEqual(ids);
});

test('one reader reads for all, and nobody while nobody listens', async () => {
  let asked = 0;
  const counting = new Proxy(live.sql, {
    apply(target, self, given) {
      asked += 1;
      return Reflect.apply(target as never, self, given) as unknown;
    },
  });
  const listener = await createListener(live.installation.url, [channels.liveEvents]);
  const stream = createLiveStream({ sql: counting, listener });
  const filter = { strategies: null, accounts: null, symbol: null, types: null };
  const streams = Array.from({ length: 200 }, () => {
    const body = stream.listen({ filter, lastEventId: null, allowed: () => true, cut: () => {} })!;
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
  const [id] = await write();
  await Promise.all(streams.map((stream) => stream.until(`"event":${id}`)));
  // A look each half second and one per hint, at two sources each.
  expect(asked - before).toBeLessThan(20);
  for (const stream of streams) await stream.close();
  expect(stream.count()).toBe(0);
  const left = asked;
  const later = await ready();
  const [other] = await write();
  await heard(later, other!);
  expect(asked - left).toBeLessThan(5);
  await stream.stop();
  await listener.close();
});

test('a heartbeat comes with the position, and ends the stream of a token that is not valid any more', async () => {
  const listener = await createListener(live.installation.url, [channels.liveEvents]);
  const stream = createLiveStream({ sql: live.sql, listener, heartbeatMs: 10 });
  const filter = { strategies: null, accounts: null, symbol: null, types: null };
  let allowed = true;
  const body = stream.listen({ filter, lastEventId: null, allowed: () => allowed, cut: () => {} })!;
  let text = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream() as never) as unknown as AsyncIterable<string>) {
    text += piece;
    if (/: heartbeat\nid: \d+-\d+-\d+\n\n/.test(text)) allowed = false;
  }
  expect(text).toMatch(/^retry: \d+\n\n/);
  expect(text).toMatch(/: ended: the token is not valid any more\n\n$/);
  await stream.stop();
  await listener.close();
});

test('one that does not read is dropped with a comment; the others hear everything', async () => {
  using logs = captureLogs();
  const socket = connect(Number(new URL(live.gateway.url).port), '127.0.0.1');
  socket.write(`GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${adminToken}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  const steady = await ready();
  const ids: number[] = [];
  const isDropped = () => logs.records.some(({ message }) => message.includes('dropped'));
  // Until it is more than its outbox and the buffers of two sockets hold.
  while (!isDropped()) {
    ids.push(...(await write(1, 40, 'cancelled', { because: 'x'.repeat(20_000) })));
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
  const other = await live.installation.gateway();
  const ear = await ready('', { at: other });
  const begun = performance.now();
  await other.stop();
  await ear.until(({ over }) => over);
  expect(ear.comments).toEqual([expect.stringMatching(/^ended: this gateway stops/)]);
  expect(performance.now() - begun).toBeLessThan(4_000);
});

import { Agent, get } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { healthRoutes } from './health-routes.ts';
import { serveHttp } from './serve-http.ts';

/** A server with one request in its handler, which ends when `leave` is called. */
async function requestUnderWay() {
  const entered = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const app = new Hono().get('/', async (c) => {
    entered.resolve();
    await left.promise;
    return c.text('done');
  });
  const server = await serveHttp(app, { port: 0, host: '127.0.0.1' });
  const running = fetch(`http://127.0.0.1:${server.port}/`);
  await entered.promise;
  return { server, running, leave: left.resolve };
}

test('a close lets the running request end, takes no more, and is done as soon as that one is', async () => {
  const { server, running, leave } = await requestUnderWay();
  const began = performance.now();
  const closing = server.close(5_000);
  await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow();
  leave();
  expect(await (await running).text()).toBe('done');
  await closing;
  expect(performance.now() - began).toBeLessThan(1_000);
});

test('a connection that is kept alive and idle does not hold the close', async () => {
  const server = await serveHttp(
    new Hono().get('/', (c) => c.text('ok')),
    { port: 0, host: '127.0.0.1' },
  );
  const agent = new Agent({ keepAlive: true });
  await new Promise((resolve) =>
    get({ port: server.port, host: '127.0.0.1', agent }, (res) => res.resume().on('end', resolve)),
  );
  const began = performance.now();
  await Promise.all([server.close(5_000), server.close(5_000)]);
  expect(performance.now() - began).toBeLessThan(1_000);
  agent.destroy();
});

test('a connection that is kept alive is answered once more, and told that this was the last', async () => {
  const server = await serveHttp(
    new Hono().get('/', (c) => c.text('ok')),
    { port: 0, host: '127.0.0.1' },
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<string | undefined>((resolve, reject) =>
      get({ port: server.port, host: '127.0.0.1', agent }, (res) =>
        res.resume().on('end', () => resolve(res.headers.connection)),
      ).on('error', reject),
    );
  expect(await ask()).toBe('keep-alive');
  const began = performance.now();
  const closing = server.close(5_000, { lingerMs: 4_000 });
  expect(await ask()).toBe('close');
  await closing;
  // Nobody is connected any more, so nobody is waited for.
  expect(performance.now() - began).toBeLessThan(2_000);
  agent.destroy();
});

test('an idle connection is kept longer than clients are told, and than the minute a proxy keeps it', async () => {
  const sockets: Socket[] = [];
  const app = new Hono<{ Bindings: HttpBindings }>().get('/', (c) => {
    sockets.push(c.env.incoming.socket);
    return c.text('ok');
  });
  const server = await serveHttp(app, { port: 0, host: '127.0.0.1' });
  const agent = new Agent({ keepAlive: true });
  const told = await new Promise<string | string[] | undefined>((resolve) =>
    get({ port: server.port, host: '127.0.0.1', agent }, (res) =>
      res.resume().on('end', () => resolve(res.headers['keep-alive'])),
    ),
  );
  expect(told).toBe('timeout=5');
  expect(sockets[0]?.timeout).toBeGreaterThan(60_000);
  agent.destroy();
  await server.close();
});

test('a request that was running when the close began is told as well, so that its connection does not go on', async () => {
  const { server, running, leave } = await requestUnderWay();
  const closing = server.close(5_000);
  leave();
  expect((await running).headers.get('connection')).toBe('close');
  await closing;
});

test('a request that does not end is cut when the grace is over', async () => {
  const entered = Promise.withResolvers<void>();
  const app = new Hono().get('/', () => {
    entered.resolve();
    return new Promise<Response>(() => {});
  });
  const server = await serveHttp(app, { port: 0, host: '127.0.0.1' });
  const running = fetch(`http://127.0.0.1:${server.port}/`).catch((error: Error) => error);
  await entered.promise;
  await server.close(50);
  expect(await running).toBeInstanceOf(Error);
});

test('a port that is taken rejects with the code of the system', async () => {
  const app = new Hono();
  const first = await serveHttp(app, { port: 0, host: '127.0.0.1' });
  await expect(serveHttp(app, { port: first.port, host: '127.0.0.1' })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await first.close();
});

test('healthz answers while the process lives, readyz says why it is not ready', async () => {
  let reason: string | undefined = 'no symbol list yet';
  const app = healthRoutes({
    ready: () => {
      if (reason === 'throw') throw new Error('the database does not answer');
      return reason;
    },
  });
  const ready = async () => {
    const response = await app.request('/readyz');
    return { status: response.status, body: await response.json() };
  };
  expect((await app.request('/healthz')).status).toBe(200);
  expect(await ready()).toEqual({ status: 503, body: { status: 'not ready', reason: 'no symbol list yet' } });
  reason = 'throw';
  expect(await ready()).toMatchObject({ status: 503, body: { reason: 'the database does not answer' } });
  reason = undefined;
  expect(await ready()).toEqual({ status: 200, body: { status: 'ready' } });
});

import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpCall } from './http-client.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const client = () => {
  const http = createHttpClient();
  closers.push(() => http.close());
  return http;
};

const call = (url: string, more: Partial<HttpCall> = {}): HttpCall => ({
  url,
  method: 'POST',
  headers: {},
  body: 'quantity=1',
  timeoutMs: 2_000,
  ...more,
});

/** A server that reads the request and then does as told with the socket. */
function rawServer(act: (socket: Socket) => void): Server {
  return createTcpServer((socket) => {
    closers.push(() => socket.destroy());
    socket.on('error', () => {});
    socket.once('data', () => act(socket));
  });
}

describe('The HTTP client', () => {
  it('reads status, headers and body, and sends the body it was given', async () => {
    const url = await listen(
      createServer((request, response) => {
        request.on('data', (chunk) => response.setHeader('x-got', String(chunk)));
        request.on('end', () => response.writeHead(429, { 'Retry-After': '7' }).end('{"code":-1003}'));
      }),
    );
    expect(await client().send(call(url))).toMatchObject({
      stage: 'answered',
      status: 429,
      headers: { 'retry-after': '7', 'x-got': 'quantity=1' },
      body: '{"code":-1003}',
    });
  });

  it('knows that a refused connection sent nothing', async () => {
    const server = createServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await client().send(call(url))).toMatchObject({ stage: 'before_write', code: 'ECONNREFUSED' });
  });

  it('knows that an unknown host sent nothing', async () => {
    const result = await client().send(call('http://sluice.invalid/fapi/v1/order'));
    expect(result).toMatchObject({ stage: 'before_write' });
  });

  it('knows that a handshake that never ends sent nothing', async () => {
    const silent = createTcpServer((socket) => closers.push(() => socket.destroy()));
    const url = (await listen(silent)).replace('http:', 'https:');
    expect(await client().send(call(url, { timeoutMs: 100 }))).toMatchObject({
      stage: 'before_write',
      code: 'timeout',
    });
  });

  it('takes a connection reset after the request for a request that may have arrived', async () => {
    const url = await listen(rawServer((socket) => socket.resetAndDestroy()));
    expect(await client().send(call(url))).toMatchObject({ stage: 'after_write', code: 'ECONNRESET' });
  });

  it('takes an answer that breaks off for none', async () => {
    const url = await listen(
      rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"orderId"')),
    );
    expect(await client().send(call(url))).toMatchObject({ stage: 'after_write' });
  });

  it('gives up after the timeout, and the late answer goes to nobody', async () => {
    let hold: Socket | undefined;
    const url = await listen(
      createTcpServer((socket) => {
        closers.push(() => socket.destroy());
        socket.on('error', () => {});
        socket.on('data', () => {
          if (hold === undefined) hold = socket;
          else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond');
        });
      }),
    );
    const http = client();
    expect(await http.send(call(url, { timeoutMs: 50 }))).toMatchObject({ stage: 'after_write', code: 'timeout' });
    hold?.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst');
    expect(await http.send(call(url))).toMatchObject({ stage: 'answered', body: 'second' });
  });

  it('uses a connection again', async () => {
    let connections = 0;
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.end('ok'));
    });
    server.on('connection', () => {
      connections += 1;
    });
    const url = await listen(server);
    const http = client();
    for (let i = 0; i < 5; i += 1) await http.send(call(url));
    expect(connections).toBe(1);
  });

  it('never sends a request twice', async () => {
    let seen = 0;
    const url = await listen(
      rawServer((socket) => {
        seen += 1;
        socket.destroy();
      }),
    );
    await client().send(call(url, { method: 'GET', body: undefined }));
    expect(seen).toBe(1);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { parseEnv } from './env.ts';
import { startServer } from './server.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

describe('the process', () => {
  it('says in one sentence that its port is taken, and exits with 1', async () => {
    const occupied = createServer().listen(0, '127.0.0.1');
    await once(occupied, 'listening');
    const { port } = occupied.address() as { port: number };
    const child = spawn(process.execPath, [main], { env: { ...process.env, PORT: String(port) } });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(child, 'exit');
    occupied.close();
    expect(code).toBe(1);
    expect(said.trim()).toBe(`Port ${port} on 127.0.0.1 is taken; stop what uses it or set PORT to a free one.`);
  });

  it('answers on the port it was given and stops, twice if asked', async () => {
    const running = await startServer(parseEnv({ PORT: '0' }));
    const time = await fetch(`http://127.0.0.1:${running.port}/fapi/v1/time`);
    expect(await time.json()).toHaveProperty('serverTime');
    await Promise.all([running.stop(), running.stop()]);
    await expect(fetch(`http://127.0.0.1:${running.port}/healthz`)).rejects.toThrow();
  });
});

describe('the streams of the process', () => {
  it('are closed with a word when it stops, and do not hold it up when a client is stuck', async () => {
    const running = await startServer(parseEnv({ PORT: '0' }));
    const [polite, stuck] = [1, 2].map(() => new WebSocket(`ws://127.0.0.1:${running.port}/market/ws/!ticker@arr`));
    await Promise.all([once(polite!, 'open'), once(stuck!, 'open')]);
    stuck!.pause();
    const [[code]] = await Promise.all([once(polite!, 'close'), running.stop()]);
    expect(code).toBe(1001);
  });
});

describe('the environment', () => {
  it('has the demo’s accounts of 1,000,000 USDT by default', () => {
    const env = parseEnv({});
    expect(env.PORT).toBe(8090);
    expect(env.PAPER_ACCOUNTS.map(({ key, secret, balance, venue }) => [key, secret, balance, venue])).toEqual([
      ['paper-main', 'paper-main-secret', '1000000', 'binance-usdm'],
      ['paper-main2', 'paper-main2-secret', '1000000', 'binance-usdm'],
      ['paper-second', 'paper-second-secret', '1000000', 'binance-usdm'],
      ['paper-bybit', 'paper-bybit-secret', '1000000', 'bybit-linear'],
    ]);
  });

  it.each([
    ['PORT', '99999'],
    ['PAPER_LATENCY_MS', 'fast'],
    ['PAPER_PRICE_MOVES', 'yes'],
    ['PAPER_ACCOUNTS', '[{"name":"x"}]'],
    ['PAPER_ACCOUNTS', '/no/such/file'],
  ])('names %s when it is %s', (name, value) => {
    expect(() => parseEnv({ [name]: value })).toThrow(name);
  });

  it('reads a latency range', () => {
    expect(parseEnv({ PAPER_LATENCY_MS: '0-50' }).PAPER_LATENCY_MS).toEqual({ minMs: 0, maxMs: 50 });
    expect(parseEnv({ PAPER_LATENCY_MS: '20' }).PAPER_LATENCY_MS).toEqual({ minMs: 20, maxMs: 20 });
  });
});

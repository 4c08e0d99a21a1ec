import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.ts';
import type { Env } from './env.ts';
import { acceptStreams } from './serving/accept-streams.ts';

const log = (message: string, fields: object = {}): void => {
  console.log(JSON.stringify({ time: new Date().toISOString(), service: 'paper-exchange', message, ...fields }));
};

/** A running exchange; `stop` may be called more than once. */
export interface RunningExchange {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts listening and moving prices. Fails with one sentence when the port is taken. */
export async function startServer(env: Env): Promise<RunningExchange> {
  const app = createApp({
    accounts: env.PAPER_ACCOUNTS,
    seed: env.PAPER_SEED,
    moves: env.PAPER_PRICE_MOVES,
    latency: env.PAPER_LATENCY_MS,
    enforceRateLimits: env.PAPER_RATE_LIMITS,
    clock: Date.now,
  });
  const exchanges = Object.values(app.exchanges);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const endStreams = acceptStreams(
    server,
    exchanges.map(({ streams }) => streams),
  );
  // Longer than the idle time of any client's pool, else a request meets a socket that is just being closed.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `Port ${env.PORT} on ${env.HOST} is taken; stop what uses it or set PORT to a free one.`;
      reject(error.code === 'EADDRINUSE' ? new Error(taken) : error);
    });
    server.listen(env.PORT, env.HOST, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : env.PORT;
  const walk = setInterval(() => {
    for (const exchange of exchanges) exchange.walk();
  }, env.PAPER_PRICE_INTERVAL_MS);
  log('listening', { host: env.HOST, port, accounts: env.PAPER_ACCOUNTS.map((account) => account.name) });

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    clearInterval(walk);
    stopping ??= new Promise((resolve) => {
      endStreams();
      server.close(() => {
        log('stopped');
        resolve();
      });
      // Calls that a fault holds would keep the port for minutes.
      server.closeAllConnections();
    });
    return stopping;
  };
  return { port, stop };
}

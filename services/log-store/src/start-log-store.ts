import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.ts';
import type { Env } from './env.ts';
import { LogStore } from './store/log-store.ts';

export type RunningLogStore = { port: number; stop(): Promise<void> };

/** Opens the port of a log store that is empty. Rejects when the port cannot be opened. */
export async function startLogStore({ PORT, HOST, LOG_STORE_MB }: Env): Promise<RunningLogStore> {
  const app = createApp(new LogStore({ maxBytes: LOG_STORE_MB * 1024 * 1024 }));
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(PORT, HOST, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // What senders still have open is of no use: nothing here outlives the process.
      server.closeAllConnections();
      await closed;
    },
  };
}

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

/** What is served: a Hono app, or anything else that answers a Request. */
export type FetchApp = { fetch(request: Request, ...rest: unknown[]): Response | Promise<Response> };

export type HttpServer = {
  /** The port that was opened; of use when 0 was asked for. */
  port: number;
  /** Accepts no more, lets running requests end within `graceMs` (default 5 s), then cuts them. */
  close(graceMs?: number): Promise<void>;
};

/** How often connections that have become idle are closed while the server drains. */
const DRAIN_CHECK_MS = 20;

/** Serves `app` over HTTP. Rejects with the system's error (EADDRINUSE) when the port cannot be opened. */
export async function serveHttp(app: FetchApp, options: { port: number; host?: string }): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch: (request, env) => app.fetch(request, env) }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '0.0.0.0', () => {
      server.off('error', reject);
      resolve();
    });
  });
  let closed: Promise<void> | undefined;
  return {
    port: (server.address() as AddressInfo).port,
    close(graceMs = 5_000) {
      closed ??= drain(server, graceMs);
      return closed;
    },
  };
}

async function drain(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A keep-alive connection ends its request and then idles, which would hold the server open for ever.
  const idle = setInterval(() => server.closeIdleConnections(), DRAIN_CHECK_MS);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  server.closeIdleConnections();
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}

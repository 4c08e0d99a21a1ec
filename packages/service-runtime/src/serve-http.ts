import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';

/** What is served: a Hono app, or anything else that answers a Request. */
export type FetchApp = { fetch(request: Request, ...rest: unknown[]): Response | Promise<Response> };

export type HttpServer = {
  /** The port that was opened; of use when 0 was asked for. */
  port: number;
  /** Accepts no more, lets running requests end within `graceMs` (default 5 s), then cuts them. */
  close(graceMs?: number, options?: CloseOptions): Promise<void>;
};

export type CloseOptions = {
  /**
   * Before it accepts no more, connections that are kept alive are answered once more each, for so long at most
   * (default 0). Whoever closes an idle connection closes it under a request that is already on its way.
   */
  lingerMs?: number;
};

/**
 * How much longer than the 5 s that clients are told an idle connection is kept. Many a proxy keeps it for 60 s whatever
 * it is told, and a process short of processor time may not have read the alert that came meanwhile: who is first to end
 * a connection ends it under a request on its way.
 */
const KEPT_LONGER_MS = 60_000;
/** How often connections that have become idle are closed while the server drains. */
const DRAIN_CHECK_MS = 20;

/** Serves `app` over HTTP. Rejects with the system's error (EADDRINUSE) when the port cannot be opened. */
export async function serveHttp(app: FetchApp, options: { port: number; host?: string }): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch: (request, env) => app.fetch(request, env) }) as Server;
  server.keepAliveTimeoutBuffer = KEPT_LONGER_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '0.0.0.0', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const open = new Set<ServerResponse>();
  let closing = false;
  server.prependListener('request', (_request, response: ServerResponse) => {
    // A client that is never told goes on with its connection for as long as it is answered.
    if (closing) response.shouldKeepAlive = false;
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  let closed: Promise<void> | undefined;
  return {
    port: (server.address() as AddressInfo).port,
    close(graceMs = 5_000, { lingerMs = 0 } = {}) {
      closing = true;
      for (const response of open) response.shouldKeepAlive = false;
      closed ??= linger(server, lingerMs).then(() => drain(server, graceMs));
      return closed;
    },
  };
}

/** Waits until nobody is connected. */
async function linger(server: Server, lingerMs: number): Promise<void> {
  const over = performance.now() + lingerMs;
  while (performance.now() < over && (await connections(server)) > 0) await pause(DRAIN_CHECK_MS);
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error === null ? count : 0)));
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

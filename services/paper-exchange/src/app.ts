import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { controlRoutes } from './control/routes.ts';
import {
  type Exchanges,
  openExchanges,
  protocolNames,
  usualProtocol,
  type VenueAccountSpec,
} from './protocols/protocols.ts';
import type { PaperExchange, PaperExchangeOptions } from './serving/paper-exchange.ts';

type AppEnv = { Bindings: Partial<HttpBindings> };

export type AppOptions = Omit<PaperExchangeOptions, 'accounts'> & { readonly accounts: readonly VenueAccountSpec[] };

/** The HTTP app as a value: `fetch` answers without a port; `exchanges` is its state, for whoever runs it. */
export interface PaperExchangeApp {
  readonly exchanges: Exchanges;
  readonly fetch: Hono<AppEnv>['fetch'];
}

export function createApp(options: AppOptions): PaperExchangeApp {
  const exchanges = openExchanges(options);
  const app = new Hono<AppEnv>();

  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', (c) => c.json({ status: 'ready' }));

  const controls = new Map<string, Hono>(
    protocolNames.map((name) => [name, new Hono().route('/control', controlRoutes(exchanges[name]))]),
  );
  const steer = (request: Request, venue: string | undefined): Response | Promise<Response> =>
    controls.get(venue ?? usualProtocol)?.fetch(request) ??
    Response.json({ error: `No venue ${venue}; there are ${protocolNames.join(', ')}.` }, { status: 400 });
  for (const path of ['/control', '/control/*']) app.all(path, (c) => steer(c.req.raw, c.req.query('venue')));

  const serve = (exchange: PaperExchange, prefix: string) =>
    app.all(`${prefix}/*`, async (c) => {
      const { method, url } = c.req;
      const mark = url.indexOf('?');
      const answer = await exchange.answer({
        method,
        path: c.req.path,
        query: mark === -1 ? '' : url.slice(mark + 1),
        body: method === 'GET' ? '' : await c.req.text(),
        headers: c.req.header(),
        ip: c.env?.incoming?.socket.remoteAddress ?? 'local',
      });
      if (answer.kind === 'answer') {
        return new Response(answer.bytes ?? answer.body, { status: answer.status, headers: answer.headers });
      }
      // Without a socket, under a test's own fetch, the loss of the connection shows as a failing call.
      if (!c.env?.incoming) throw new Error('socket hang up');
      c.env.incoming.socket.destroy();
      return new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
    });
  for (const exchange of Object.values<PaperExchange>(exchanges)) {
    for (const prefix of exchange.prefixes) serve(exchange, prefix);
  }

  app.notFound((c) => c.json({ error: `No ${c.req.method} ${c.req.path} here; try /fapi/v1/time or /control.` }, 404));
  app.onError((error) => {
    throw error;
  });
  return { exchanges, fetch: app.fetch };
}

export { PaperExchange, type PaperExchangeOptions } from './serving/paper-exchange.ts';

import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { controlRoutes } from './control/routes.ts';
import { answerCall } from './http/answer-call.ts';
import { PaperExchange, type PaperExchangeOptions } from './paper-exchange.ts';

type AppEnv = { Bindings: Partial<HttpBindings> };

/** The HTTP app as a value: `fetch` answers without a port; `exchange` is its state, for whoever runs it. */
export interface PaperExchangeApp {
  readonly exchange: PaperExchange;
  readonly fetch: Hono<AppEnv>['fetch'];
}

export function createApp(options: PaperExchangeOptions): PaperExchangeApp {
  const exchange = new PaperExchange(options);
  const app = new Hono<AppEnv>();

  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', (c) => c.json({ status: 'ready' }));
  app.route('/control', controlRoutes(exchange));

  app.all('/fapi/*', async (c) => {
    const { method, url } = c.req;
    const mark = url.indexOf('?');
    const answer = await answerCall(exchange, {
      method,
      path: c.req.path,
      query: mark === -1 ? '' : url.slice(mark + 1),
      body: method === 'GET' ? '' : await c.req.text(),
      apiKey: c.req.header('x-mbx-apikey'),
      ip: c.env?.incoming?.socket.remoteAddress ?? 'local',
    });
    if (answer.kind === 'answer') {
      return new Response(answer.body, { status: answer.status, headers: answer.headers });
    }
    // Without a socket, under a test's own fetch, the loss of the connection shows as a failing call.
    if (!c.env?.incoming) throw new Error('socket hang up');
    c.env.incoming.socket.destroy();
    return new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
  });

  app.notFound((c) => c.json({ error: `No ${c.req.method} ${c.req.path} here; try /fapi/v1/time or /control.` }, 404));
  app.onError((error) => {
    throw error;
  });
  return { exchange, fetch: app.fetch };
}

export { PaperExchange, type PaperExchangeOptions } from './paper-exchange.ts';

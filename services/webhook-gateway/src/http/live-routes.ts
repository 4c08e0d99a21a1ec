import type { HttpBindings } from '@hono/node-server';
import type { SqlOrTx } from '@sluice/service-runtime';
import { type Context, Hono } from 'hono';
import { readFilterNames } from '../db/read-filter-names.ts';
import type { FieldError } from '../intake/body-value.ts';
import type { ListenerFilter } from '../live/listener-filter.ts';
import type { LiveStream } from '../live/live-stream.ts';
import { readEventsRequest, tokenInAddress } from '../live/read-events-request.ts';
import { unknownNames } from '../observing/read-orders-request.ts';
import { beforeDeadline } from '../receiving/deadline.ts';
import { describeErrors } from '../receiving/read-request.ts';
import type { StrategyDirectory } from '../receiving/strategy-directory.ts';
import { bearerToken, isToken, unauthorized } from './admin-only.ts';

type Deps = { sql: SqlOrTx; strategies: StrategyDirectory; adminToken: string; live: LiveStream };
type Env = { Bindings: HttpBindings };

const storeWithinMs = 1_500;

/** `GET /api/events`: what happens, as it happens, to whoever has the admin token or a strategy's. */
export function liveRoutes({ sql, strategies, adminToken, live }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const isAdmin = isToken(adminToken);

  app.get('/api/events', async (c) => {
    const inAddress = tokenInAddress(Object.keys(c.req.query()));
    if (inAddress !== undefined) return refuse(c, 400, [inAddress]);
    const until = performance.now() + storeWithinMs;
    const token = bearerToken(c);
    const admin = isAdmin(token);
    const own = admin || token === '' ? [] : await beforeDeadline(strategies.ownersOf(token), until);
    if (!admin && own.length === 0) {
      return unauthorized(c, 'must be "Bearer" and the admin token or the token of a strategy');
    }
    const request = readEventsRequest((name) => c.req.query(name));
    if (!request.ok) return refuse(c, 400, request.errors);
    const { asked, types } = request;
    if (admin && (asked.strategies !== null || asked.accounts !== null || asked.symbol !== null)) {
      const names = await beforeDeadline(readFilterNames(sql, asked.symbol), until);
      const errors = unknownNames(asked, names);
      if (errors.length > 0) return refuse(c, 400, errors);
    }
    // Whether another strategy is there is not told.
    const foreign = admin ? undefined : asked.strategies?.find((name) => !own.includes(name));
    if (foreign !== undefined) {
      return refuse(c, 403, [{ path: 'strategy', message: `this token is for ${own.join(', ')} only` }]);
    }
    // For HEAD Hono would open a stream that nobody reads.
    if (c.req.method !== 'GET') return c.body(null, 405, { Allow: 'GET' });
    const wanted = asked.strategies ?? (admin ? null : own);
    const filter: ListenerFilter = {
      strategies: setOf(wanted),
      accounts: setOf(asked.accounts),
      symbol: asked.symbol,
      types,
    };
    const body = live.listen({
      filter,
      lastEventId: c.req.header('last-event-id') || null,
      allowed: () => admin || strategies.owns(token, wanted ?? []),
      cut: () => c.env.outgoing.destroy(),
    });
    if (body === undefined) {
      return refuse(c, 503, [{ path: 'events', message: 'there is no room for another listener; try again' }]);
    }
    return c.body(body, 200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // Proxies of the nginx kind hold back what streams without it.
      'X-Accel-Buffering': 'no',
      // A listener that is dropped or ended would keep its connection open for a minute, with nothing more on it.
      Connection: 'close',
    });
  });
  return app;
}

function setOf(names: string[] | null): ReadonlySet<string> | null {
  return names === null ? null : new Set(names);
}

function refuse(c: Context, status: 400 | 403 | 503, errors: FieldError[]): Response {
  return c.json({ success: false, error: describeErrors(errors), errors }, status);
}

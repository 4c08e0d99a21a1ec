import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { parseLatency } from '../env.ts';
import { clearRecord } from '../matching/record.ts';
import { markPrice } from '../matching/venue.ts';
import type { PaperExchange } from '../serving/paper-exchange.ts';
import { openView, recordView } from './record-view.ts';
import * as schemas from './schemas.ts';
import { accountOf, end, fill, placeForeign, setAccount, setCaps } from './steer.ts';
import { fund, liquidate } from './steer-positions.ts';
import { steerStreams, streamsView } from './steer-streams.ts';

/**
 * The control API: how a test or a person steers the venue. Without authentication, and therefore only for an address
 * that nobody else reaches.
 */
export function controlRoutes(exchange: PaperExchange): Hono {
  const app = new Hono();

  /** Reads a body by schema and answers what `act` returns: an object, or a sentence that becomes a 400. */
  const post = <S extends z.ZodType>(path: string, schema: S, act: (body: z.output<S>) => object | string): void => {
    app.post(path, async (c) => {
      const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
      if (!parsed.success) return c.json({ error: z.prettifyError(parsed.error) }, 400);
      return answer(c, act(parsed.data));
    });
  };

  const prices = (): object =>
    Object.fromEntries(
      [...exchange.venue.markets.values()].map((market) => [
        market.spec.symbol,
        { last: market.last.toFixed(), mark: markPrice(market).toFixed(), status: market.status },
      ]),
    );

  app.get('/', (c) => c.json({ routes: app.routes.map((route) => `${route.method} /control${route.path}`) }));

  app.get('/latency', (c) => c.json(exchange.latency));
  post('/latency', schemas.latencyBody, (body) => {
    const range =
      'ms' in body
        ? z
            .string()
            .regex(/^\d+(-\d+)?$/)
            .safeParse(body.ms)
        : undefined;
    if (range?.success === false) return 'ms must be "20" or "0-50".';
    exchange.latency = 'ms' in body ? parseLatency(body.ms) : { minMs: body.minMs, maxMs: body.maxMs };
    return exchange.latency;
  });

  app.get('/prices', (c) => c.json({ moving: exchange.moving, prices: prices() }));
  post('/prices', schemas.pricesBody, ({ symbol, price, mark }) =>
    exchange.setPrice(symbol, price, mark) ? { symbol, price, mark: mark ?? price } : `No symbol ${symbol}.`,
  );
  for (const moving of [true, false]) {
    app.post(moving ? '/prices/resume' : '/prices/pause', (c) => {
      exchange.moving = moving;
      return c.json({ moving });
    });
  }

  post('/fills', schemas.fillsBody, (body) => fill(exchange, body));
  post('/ends', schemas.endsBody, (body) => end(exchange, body));
  post('/funding', schemas.fundingBody, (body) => fund(exchange, body));
  post('/liquidations', schemas.liquidationsBody, (body) => liquidate(exchange, body));
  post('/orders', schemas.ordersBody, (body) => placeForeign(exchange, body));
  app.get('/open', (c) => {
    const name = c.req.query('account') ?? '';
    const account = accountOf(exchange, name);
    return answer(
      c,
      account === undefined ? `No account ${name}.` : openView(exchange, account, c.req.query('symbol')),
    );
  });

  app.get('/faults', (c) => c.json({ faults: exchange.faults.list().map(faultView) }));
  post('/faults', schemas.faultsBody, (rules) => {
    const unknown = rules.find((rule) => rule.match.account && !accountOf(exchange, rule.match.account));
    if (unknown) return `No account ${unknown.match.account}.`;
    // Names and keys are both understood; rules are kept by name, which is what calls are matched with.
    const added = rules.map(({ times, match, ...rule }) =>
      exchange.faults.add({
        ...rule,
        match: { ...match, account: match.account && accountOf(exchange, match.account)?.name },
        left: times === 'always' ? Number.POSITIVE_INFINITY : times,
      }),
    );
    return { faults: added.map(faultView) };
  });
  app.delete('/faults', (c) => {
    exchange.faults.remove();
    return c.json({ faults: [] });
  });
  app.delete('/faults/:id', (c) => {
    exchange.faults.remove(Number(c.req.param('id')));
    return c.json({ faults: exchange.faults.list().map(faultView) });
  });

  app.get('/streams', (c) => c.json(streamsView(exchange)));
  post('/streams', schemas.streamsBody, (body) => steerStreams(exchange, body));
  app.delete('/streams', (c) => {
    exchange.streams.faults.clear();
    return c.json(streamsView(exchange));
  });

  post('/caps', schemas.capsBody, (body) => setCaps(exchange, body));
  app.get('/limits', (c) => c.json(exchange.limits));
  post('/limits', exchange.limitsBody, (body) => Object.assign(exchange.limits, body));
  app.get('/switches', (c) => c.json(exchange.venue.switches));
  post('/switches', exchange.switchesBody, (body) => Object.assign(exchange.venue.switches, body));
  post('/symbols', schemas.symbolsBody, ({ symbol, status }) => {
    const market = exchange.venue.markets.get(symbol);
    if (market === undefined) return `No symbol ${symbol}.`;
    market.status = status;
    return { symbol, status };
  });
  app.get('/accounts', (c) =>
    c.json({ accounts: [...exchange.venue.accounts.values()].map(({ name, key, hedge }) => ({ name, key, hedge })) }),
  );
  post('/accounts', schemas.accountsBody, (body) => setAccount(exchange, body));
  app.get('/clock', (c) => c.json({ now: exchange.now(), offsetMs: exchange.clockOffsetMs }));
  post('/clock', schemas.clockBody, ({ offsetMs }) => {
    exchange.clockOffsetMs = offsetMs;
    return { now: exchange.now(), offsetMs };
  });

  app.get('/record', (c) => {
    const name = c.req.query('account');
    const account = name === undefined ? undefined : accountOf(exchange, name);
    if (name !== undefined && account === undefined) return answer(c, `No account ${name}.`);
    return c.json(recordView(exchange, account?.name, c.req.query('orders') !== '0'));
  });
  app.post('/record/reset', (c) => {
    clearRecord(exchange.venue.record);
    return c.json({ cleared: 'record' });
  });
  app.post('/reset', (c) => {
    exchange.reset();
    return c.json({ cleared: 'everything' });
  });
  return app;
}

const answer = (c: Context, result: object | string) =>
  typeof result === 'string' ? c.json({ error: result }, 400) : c.json(result);

/** JSON has no infinity. */
const faultView = (rule: { left: number }) => ({ ...rule, left: Number.isFinite(rule.left) ? rule.left : 'always' });

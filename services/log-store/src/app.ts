import { type Context, Hono } from 'hono';
import { ExportError, readExport } from './otlp/read-export.ts';
import { parseQuery } from './query/parse-query.ts';
import { QueryError } from './query/query-error.ts';
import { countLines, selectLines } from './query/run-query.ts';
import { readWindow } from './query/window.ts';
import type { LogStore } from './store/log-store.ts';

/** Loki's own defaults. */
const defaultLimit = 100;
const largestLimit = 5_000;

/**
 * Takes logs by OTLP over HTTP and answers the queries that Sluice itself makes, as Loki would. Everything else is 400:
 * a query that were answered nearly right would be worse than one that is refused.
 */
export function createApp(store: LogStore): Hono {
  const app = new Hono();

  for (const path of ['/v1/logs', '/otlp/v1/logs']) {
    app.post(path, async (c) => {
      const body = Buffer.from(await c.req.arrayBuffer());
      const records = readExport(body, c.req.header('content-type') ?? '', c.req.header('content-encoding') ?? '');
      for (const record of records) store.add(record);
      return accepted(c);
    });
  }
  // The same address is given for all three signals; these two are taken so that nobody retries, and not kept.
  for (const path of ['/v1/traces', '/v1/metrics']) app.post(path, (c) => accepted(c));

  app.get('/loki/api/v1/query_range', (c) => {
    if (c.req.header('x-loki-response-encoding-flags') !== undefined) {
      throw new QueryError('encoding flags are not known here');
    }
    const query = parseQuery(c.req.query('query') ?? '');
    const window = readWindow(c.req.query('start'), c.req.query('end'));
    switch (query.kind) {
      case 'lines': {
        const records = selectLines(store, query, window, readLimit(c));
        const result = records.map(({ labels, metadata, timestampNs, line }) => ({
          stream: { ...labels, ...metadata },
          values: [[String(timestampNs), line]],
        }));
        return success(c, { resultType: 'streams', result, stats: {} });
      }
      case 'count': {
        if (window.start !== window.end) throw new QueryError('a count is answered for one instant: give start as end');
        const count = countLines(store, query, window.end);
        const seconds = Number(window.end / 1_000_000n) / 1_000;
        const result = count === 0 ? [] : [{ metric: {}, values: [[seconds, String(count)]] }];
        return success(c, { resultType: 'matrix', result, stats: {} });
      }
    }
  });
  app.get('/loki/api/v1/labels', (c) => success(c, store.labelNames()));
  app.get('/loki/api/v1/label/:name/values', (c) => {
    if (c.req.query('query') !== undefined) throw new QueryError('label values are given for all streams together');
    return success(c, store.labelValues(c.req.param('name')));
  });
  app.get('/ready', (c) => c.text('ready\n'));
  app.get('/readyz', (c) => c.json({ status: 'ready' }));

  app.notFound((c) => c.text(`${c.req.path} is not known here\n`, 400));
  app.onError((error, c) => {
    if (error instanceof QueryError || error instanceof ExportError) return c.text(`${error.message}\n`, 400);
    console.error(error);
    return c.text('an error of the log store itself\n', 500);
  });
  return app;
}

function readLimit(c: Context): number {
  const text = c.req.query('limit') ?? String(defaultLimit);
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw new QueryError(`limit is "${text}": a number from 1`);
  if (limit > largestLimit) throw new QueryError(`max entries limit per query exceeded, limit > ${largestLimit}`);
  return limit;
}

function success(c: Context, data: unknown): Response {
  return c.json({ status: 'success', data });
}

/** What a Collector answers: an export response without a partial success, in the encoding of the request. */
function accepted(c: Context): Response {
  if (c.req.header('content-type')?.includes('json')) return c.json({});
  return c.body(new Uint8Array(0), 200, { 'Content-Type': 'application/x-protobuf' });
}

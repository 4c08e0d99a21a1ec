import type { SqlOrTx } from '@sluice/service-runtime';
import { type Context, Hono } from 'hono';
import { readFilterNames } from '../db/read-filter-names.ts';
import { readPerformance } from '../db/read-performance.ts';
import { readPositions } from '../db/read-positions.ts';
import type { FieldError } from '../intake/body-value.ts';
import { unknownNames } from '../observing/read-orders-request.ts';
import { pageOf } from '../observing/read-page-request.ts';
import { readPerformanceRequest, readPositionsRequest, textCursor } from '../observing/read-result-requests.ts';
import { performanceAnswer, positionAnswer } from '../observing/result-answers.ts';
import { beforeDeadline } from '../receiving/deadline.ts';
import { describeErrors } from '../receiving/read-request.ts';

const storeWithinMs = 1_500;

/** Positions and what strategies earned by the day. Who may ask is decided before. */
export function resultRoutes({ sql }: { sql: SqlOrTx }): Hono {
  const app = new Hono();
  const inTime = <T>(work: Promise<T>): Promise<T> => beforeDeadline(work, performance.now() + storeWithinMs);
  const unknown = async (names: { strategies: string[] | null; accounts: string[] | null; symbol: string | null }) => {
    if (names.strategies === null && names.accounts === null && names.symbol === null) return [];
    return unknownNames(names, await inTime(readFilterNames(sql, names.symbol)));
  };

  app.get('/api/positions', async (c) => {
    const request = readPositionsRequest((name) => c.req.query(name));
    if (!request.ok) return refuse(c, request.errors);
    const { filter, limit } = request;
    const errors = await unknown(filter);
    if (errors.length > 0) return refuse(c, errors);
    const { page, next } = pageOf(await inTime(readPositions(sql, filter, limit)), limit, (row) =>
      textCursor(row.account, row.symbol, row.strategy ?? ''),
    );
    return c.json({ positions: page.map(positionAnswer), next });
  });

  app.get('/api/performance', async (c) => {
    const request = readPerformanceRequest((name) => c.req.query(name));
    if (!request.ok) return refuse(c, request.errors);
    const { filter, limit } = request;
    const errors = await unknown({ ...filter, symbol: null });
    if (errors.length > 0) return refuse(c, errors);
    const { page, next } = pageOf(await inTime(readPerformance(sql, filter, limit)), limit, (row) =>
      textCursor(row.day, row.strategy),
    );
    return c.json({ performance: page.map(performanceAnswer), next });
  });
  return app;
}

function refuse(c: Context, errors: FieldError[]): Response {
  return c.json({ success: false, error: describeErrors(errors), errors }, 400);
}

import type { SqlOrTx } from '@sluice/service-runtime';
import { type Context, Hono } from 'hono';
import { readAccountList } from '../db/read-account-list.ts';
import { readDeadLetter, readDeadLetters } from '../db/read-dead-letters.ts';
import { readFilterNames } from '../db/read-filter-names.ts';
import { readAttempts, readEvents } from '../db/read-order-history.ts';
import { readOrder, readOrders } from '../db/read-orders.ts';
import { readStrategyList } from '../db/read-strategy-list.ts';
import type { FieldError } from '../intake/body-value.ts';
import { accountAnswer, deadLetterAnswer, strategyAnswer } from '../observing/list-answers.ts';
import { orderAnswer, orderStory } from '../observing/order-answer.ts';
import { readOrdersRequest, unknownNames } from '../observing/read-orders-request.ts';
import { pageOf, readIdCursor, readPageRequest } from '../observing/read-page-request.ts';
import { beforeDeadline } from '../receiving/deadline.ts';
import { describeErrors } from '../receiving/read-request.ts';

const storeWithinMs = 1_500;
const wholeId = /^[1-9]\d{0,15}$/;

/** What there is: orders, strategies, accounts, dead letters. Who may ask is decided before. */
export function observingRoutes({ sql }: { sql: SqlOrTx }): Hono {
  const app = new Hono();
  const inTime = <T>(work: Promise<T>): Promise<T> => beforeDeadline(work, performance.now() + storeWithinMs);

  app.get('/api/orders', async (c) => {
    const request = readOrdersRequest((name) => c.req.query(name));
    if (!request.ok) return refuse(c, 400, request.errors);
    const { filter, limit } = request;
    if (filter.strategies !== null || filter.accounts !== null || filter.symbol !== null) {
      const errors = unknownNames(filter, await inTime(readFilterNames(sql, filter.symbol)));
      if (errors.length > 0) return refuse(c, 400, errors);
    }
    const { page, next } = pageOf(await inTime(readOrders(sql, filter, limit)), limit, (row) => String(row.id));
    const now = Date.now();
    return c.json({ orders: page.map((row) => orderAnswer(row, now)), next });
  });

  app.get('/api/orders/:id', async (c) => {
    const id = c.req.param('id');
    const order = wholeId.test(id) ? await inTime(readOrder(sql, Number(id))) : undefined;
    if (order === undefined) return notFound(c, `there is no order ${id.slice(0, 40)}`);
    const [attempts, events] = await inTime(Promise.all([readAttempts(sql, order.id), readEvents(sql, order.id)]));
    return c.json(orderStory(order, attempts, events, Date.now()));
  });

  app.get('/api/strategies', async (c) => {
    const errors: FieldError[] = [];
    const { limit, after } = readPageRequest((name) => c.req.query(name), errors);
    if (errors.length > 0) return refuse(c, 400, errors);
    const { page, next } = pageOf(await inTime(readStrategyList(sql, after, limit)), limit, (row) => row.name);
    return c.json({ strategies: page.map(strategyAnswer), next });
  });

  app.get('/api/accounts', async (c) => {
    const errors: FieldError[] = [];
    const { limit, after } = readPageRequest((name) => c.req.query(name), errors);
    if (errors.length > 0) return refuse(c, 400, errors);
    const { page, next } = pageOf(await inTime(readAccountList(sql, after, limit)), limit, (row) => row.name);
    return c.json({ accounts: page.map(accountAnswer), next });
  });

  app.get('/api/dead-letters', async (c) => {
    const errors: FieldError[] = [];
    const { limit, after } = readPageRequest((name) => c.req.query(name), errors);
    const before = readIdCursor(after, errors);
    if (errors.length > 0) return refuse(c, 400, errors);
    const { page, next } = pageOf(await inTime(readDeadLetters(sql, before, limit)), limit, (row) => String(row.id));
    return c.json({ dead_letters: page.map(deadLetterAnswer), next });
  });

  app.get('/api/dead-letters/:id', async (c) => {
    const id = c.req.param('id');
    const letter = wholeId.test(id) ? await inTime(readDeadLetter(sql, Number(id))) : undefined;
    if (letter === undefined) return notFound(c, `there is no dead letter ${id.slice(0, 40)}`);
    return c.json({ dead_letter: deadLetterAnswer(letter) });
  });
  return app;
}

function notFound(c: Context, message: string): Response {
  return refuse(c, 404, [{ path: 'id', message }]);
}

function refuse(c: Context, status: 400 | 404, errors: FieldError[]): Response {
  return c.json({ success: false, error: describeErrors(errors), errors }, status);
}

import { type Context, Hono } from 'hono';
import type { FieldError } from '../intake/body-value.ts';
import { describeErrors } from '../receiving/read-request.ts';
import { readSettleRequest } from '../settling/read-settle-request.ts';
import { type SettleDeps, settleOrder } from '../settling/settle-order.ts';

const orderNumber = /^[1-9]\d{0,15}$/;

const unconfirmed =
  'accepted, not confirmed: order-queue has not answered. It is carried out as soon as one runs; GET /api/orders/{id} shows ' +
  'what became of the order, and saying it again does no harm';

/** Where a person says what became of an order that nobody else can tell of. Who may is decided before. */
export function settleRoutes(deps: SettleDeps): Hono {
  const app = new Hono();
  app.post('/admin/orders/:id/settle', async (c) => {
    const given = c.req.param('id');
    if (!orderNumber.test(given)) {
      return refuse(c, 404, [{ path: 'id', message: `there is no order ${given.slice(0, 40)}: orders have numbers` }]);
    }
    const id = Number(given);
    const read = readSettleRequest(await c.req.text());
    if ('errors' in read) return refuse(c, 400, read.errors);
    const reply = await settleOrder(deps, id, read.request);
    if (reply === null) return refuse(c, 503, [{ path: 'order-queue', message: unconfirmed }]);
    switch (reply.kind) {
      case 'settled':
        return c.json({ success: true, id, state: reply.state });
      case 'refused':
        return refuse(c, 409, [{ path: 'order', message: reply.reason }]);
      case 'away':
        return refuse(c, 503, [{ path: 'exchange', message: reply.reason }]);
    }
  });
  return app;
}

function refuse(c: Context, status: 400 | 404 | 409 | 503, errors: FieldError[]): Response {
  return c.json({ success: false, error: describeErrors(errors), errors }, status);
}

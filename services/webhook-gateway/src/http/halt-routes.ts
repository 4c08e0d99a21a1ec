import { type Context, Hono } from 'hono';
import { readHalts } from '../db/read-halts.ts';
import { changeHalt, type HaltDeps } from '../halting/change-halt.ts';
import { readHaltRequest } from '../halting/read-halt-request.ts';
import type { FieldError } from '../intake/body-value.ts';
import { describeErrors } from '../receiving/read-request.ts';

const away = 'the store does not answer; nothing was done, try again';
const unconfirmed =
  'accepted, not confirmed yet: order-queue has not answered. It is carried out as soon as one runs; GET /admin/halt shows ' +
  'what is in force, and asking again does no harm';

/** Stop and go, for all, a strategy or an account. Who may ask is decided before. */
export function haltRoutes(deps: HaltDeps): Hono {
  const app = new Hono();
  const change = async (c: Context, halted: boolean): Promise<Response> => {
    const read = readHaltRequest(await c.req.text());
    if ('errors' in read) return refuse(c, 400, read.errors);
    const { scope, name } = read.request;
    const outcome = await changeHalt(deps, halted, read.request);
    switch (outcome.kind) {
      case 'in_force':
        return c.json({ success: true, ...outcome.reply });
      case 'unknown': {
        const known = outcome.known.join(', ') || 'none';
        return refuse(c, 404, [{ path: scope, message: `there is no ${scope} "${name}"; there are ${known}` }]);
      }
      case 'not_taken':
        return refuse(c, 503, [{ path: 'store', message: away }]);
      case 'unconfirmed':
        return refuse(c, 503, [{ path: 'order-queue', message: unconfirmed }]);
    }
  };
  app.post('/admin/halt', (c) => change(c, true));
  app.post('/admin/resume', (c) => change(c, false));
  app.get('/admin/halt', async (c) => c.json({ success: true, ...(await readHalts(deps.sql)) }));
  return app;
}

function refuse(c: Context, status: 400 | 404 | 503, errors: FieldError[]): Response {
  return c.json({ success: false, error: describeErrors(errors), errors }, status);
}

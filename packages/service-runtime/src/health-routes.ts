import { Hono } from 'hono';

export type HealthOptions = {
  /** Why the service cannot take work now, or undefined when it can. A rejection counts as a reason. */
  ready: () => Promise<string | undefined> | string | undefined;
};

/**
 * GET /healthz answers 200 while the process lives and never touches the database: a database that is down is no
 * reason to restart every pod. GET /readyz answers 200, or 503 with the reason.
 */
export function healthRoutes({ ready }: HealthOptions): Hono {
  const app = new Hono();
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const reason = await reasonAgainst(ready);
    return reason === undefined ? c.json({ status: 'ready' }) : c.json({ status: 'not ready', reason }, 503);
  });
  return app;
}

async function reasonAgainst(ready: HealthOptions['ready']): Promise<string | undefined> {
  try {
    return await ready();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/** The least a process that answers HTTP can be; what a request and a start cost on this machine. */
const app = new Hono();
app.get('/readyz', (c) => c.json({ status: 'ready' }));
app.post('/', async (c) => {
  await c.req.text();
  return c.json({ success: true });
});

const server = serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
process.on('SIGTERM', () => {
  server.close();
  process.exit(0);
});

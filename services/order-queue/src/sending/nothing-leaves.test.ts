import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createExchange } from '@sluice/exchange';
import { runInContext } from '@sluice/telemetry';
import { expect, test } from 'vitest';

test('a call to an exchange carries neither the job nor the trace it was made in', async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push([request.method, request.url, JSON.stringify(request.headers)].join(' '));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ serverTime: Date.now() }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const exchange = createExchange({
    venue: 'binance-usdm',
    credentials: { apiKey: 'demo-key', secret: 'demo-secret' },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await runInContext({ traceparent, baggage: 'job.tag=QUEUE_REBAL' }, async () => {
    await exchange.syncClock();
    // Signed calls; what they are answered does not matter here.
    await exchange.balance().catch(() => {});
    await exchange.openOrders('BTC/USDT').catch(() => {});
  });
  await exchange.close();
  server.closeAllConnections();
  server.close();
  expect(seen.length).toBeGreaterThanOrEqual(2);
  for (const request of seen) expect(request).not.toMatch(/baggage|traceparent|tracestate|QUEUE_REBAL|0af7651916cd/i);
});

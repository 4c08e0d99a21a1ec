import { expect, test } from 'vitest';
import { createApp } from './app.ts';

test('it is ready when nothing is missing', async () => {
  const response = await createApp(async () => []).request('/readyz');
  expect(response.status).toBe(200);
});

test('as long as something is missing it says what', async () => {
  const response = await createApp(async () => ['binance-usdm facts', 'binance-usdm prices']).request('/readyz');
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ reason: 'waits for binance-usdm facts, binance-usdm prices' });
});

test('it lives although its database does not answer', async () => {
  const app = createApp(async () => {
    throw new Error('connection refused');
  });
  expect((await app.request('/healthz')).status).toBe(200);
  expect((await app.request('/readyz')).status).toBe(503);
});

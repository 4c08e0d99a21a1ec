import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExchange } from '../create-exchange.ts';
import { limit } from '../testing/sample-orders.ts';
import { type ScriptedVenue, startScriptedVenue } from '../testing/scripted-venue.ts';

let venue: ScriptedVenue;
beforeAll(async () => {
  venue = await startScriptedVenue();
});
afterAll(() => venue.close());

test('an order of a batch of which the exchange does not say what became is unresolved, never refused', async () => {
  const orders = ['demo-1', 'demo-2', 'demo-3', 'demo-4'].map((id) => limit(id));
  const idOf = (orderLinkId: string) => ({ orderId: `of ${orderLinkId}`, orderLinkId });
  const list = [idOf('demo-1'), { orderId: '', orderLinkId: '' }, { orderId: '', orderLinkId: '' }, {}];
  const infos = [{ code: 0, msg: 'OK' }, { code: 110007, msg: 'Available balance is insufficient' }, {}, null];
  venue.onRequest(() => ({ json: { retCode: 0, retMsg: 'OK', result: { list }, retExtInfo: { list: infos } } }));
  const credentials = { apiKey: 'demo-key', secret: 'demo-secret' };
  const exchange = createExchange({ venue: 'bybit-linear', credentials, endpoint: venue.endpoint });
  const outcomes = await exchange.place(orders, { signedAt: Date.now(), receiveWindowMs: 3_000 });
  expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'refused', 'unresolved', 'unresolved']);
  await exchange.close();
});

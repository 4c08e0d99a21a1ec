import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createExchange } from '../create-exchange.ts';
import type { Exchange, PlaceOrder } from '../exchange.ts';
import { limit, refTo, stop } from '../testing/sample-orders.ts';
import { type ScriptedVenue, startScriptedVenue } from '../testing/scripted-venue.ts';

const credentials = { apiKey: 'demo-key', secret: 'demo-secret' };
const idOf = (orderLinkId: string) => ({ orderId: `of ${orderLinkId}`, orderLinkId });
const answered = (result: object, more: object = {}) => ({ json: { retCode: 0, retMsg: 'OK', result, ...more } });
const shown = (orderLinkId: string, more: object = {}) => ({
  ...idOf(orderLinkId),
  symbol: 'BTCUSDT',
  side: 'Buy',
  orderType: 'Limit',
  orderStatus: 'New',
  qty: '0.01',
  cumExecQty: '0',
  ...more,
});

let venue: ScriptedVenue;
let exchange: Exchange;
beforeAll(async () => {
  venue = await startScriptedVenue();
});
afterAll(() => venue.close());
beforeEach(() => {
  exchange = createExchange({ venue: 'bybit-linear', credentials, endpoint: venue.endpoint });
});
afterEach(() => exchange.close());

const stamp = () => ({ signedAt: Date.now(), receiveWindowMs: 3_000 });
const place = async (...orders: PlaceOrder[]) => (await exchange.place(orders, stamp())).map(({ kind }) => kind);

describe('a placement', () => {
  test('of a stop says which way its price has to go, and of an order that may only close, that it may', async () => {
    const sent: Record<string, unknown>[] = [];
    venue.onRequest(({ body }) => {
      const request = JSON.parse(body);
      sent.push(request);
      return answered(idOf(request.orderLinkId));
    });
    const close = { side: 'sell', reduceOnly: true } as const;
    for (const order of [stop('up'), { ...stop('down'), ...close }, limit('close', close)]) {
      expect(await place(order)).toEqual(['accepted']);
    }
    expect(sent).toMatchObject([
      { side: 'Buy', triggerDirection: 1, triggerPrice: '97000' },
      { side: 'Sell', triggerDirection: 2, reduceOnly: true },
      { side: 'Sell', orderType: 'Limit', reduceOnly: true },
    ]);
    expect(sent[0]).not.toHaveProperty('reduceOnly');
    expect(sent[2]).not.toHaveProperty('triggerDirection');
  });

  test('whose answer names another order is unresolved, alone and in a batch', async () => {
    venue.onRequest(() => answered(idOf('somebody-elses')));
    expect(await place(limit('demo-1'))).toEqual(['unresolved']);
    const list = [idOf('demo-2'), idOf('demo-1')];
    venue.onRequest(() => answered({ list }, { retExtInfo: { list: [{ code: 0 }, { code: 0 }] } }));
    expect(await place(limit('demo-1'), limit('demo-2'))).toEqual(['unresolved', 'unresolved']);
  });
});

test('a cancel that is taken in is none while the order waits or, triggered, rests', async () => {
  const cancel = async (orderStatus: string) => {
    const list = [shown('demo-1', { stopOrderType: 'Stop', orderStatus })];
    venue.onRequest(({ method }) => answered(method === 'POST' ? idOf('demo-1') : { list }));
    return (await exchange.cancel([refTo('demo-1', true)], stamp()))[0]?.kind;
  };
  expect([await cancel('Untriggered'), await cancel('New')]).toEqual(['unresolved', 'unresolved']);
  expect([await cancel('Deactivated'), await cancel('PartiallyFilledCanceled')]).toEqual(['cancelled', 'cancelled']);
});

test.each([
  ['names another order', { list: [shown('somebody-elses')] }, 'unavailable'],
  ['has no list', {}, 'unavailable'],
  ['has an order that cannot be read', { list: [shown('demo-1', { orderStatus: 'Unheard' })] }, 'unavailable'],
  ['is empty, here and in the history', { list: [] }, 'absent'],
  ['has ours beside another', { list: [shown('somebody-elses'), shown('demo-1')] }, 'found'],
])('a look-up whose answer %s: %j is %s', async (_what, result, kind) => {
  venue.onRequest(() => answered(result));
  expect(await exchange.find(refTo('demo-1'))).toMatchObject({ kind });
});

test('a short is a position below zero, and pages that lead back to themselves are no list', async () => {
  const held = { symbol: 'BTCUSDT', positionIdx: 0, side: 'Sell', size: '0.5', avgPrice: '96000' };
  venue.onRequest(() => answered({ list: [held] }));
  expect(await exchange.positions()).toEqual([{ symbol: 'BTC/USDT', quantity: '-0.5', entryPrice: '96000' }]);
  venue.onRequest(() => answered({ list: [held], nextPageCursor: 'again' }));
  await expect(exchange.positions()).rejects.toThrow('positions are not in the documented shape');
});

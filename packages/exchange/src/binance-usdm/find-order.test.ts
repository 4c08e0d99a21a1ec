import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../exchange.ts';
import { credentials, refTo } from '../testing/sample-orders.ts';
import { byRoute, type Reaction, type ScriptedVenue, startScriptedVenue } from '../testing/scripted-venue.ts';
import { createBinanceUsdm } from './binance-usdm.ts';
import { algoOrder, venueOrder } from './documented-shapes.ts';

let venue: ScriptedVenue;
let exchange: Exchange;

beforeEach(async () => {
  venue = await startScriptedVenue();
  exchange = createBinanceUsdm({ credentials, endpoint: venue.endpoint, timeoutMs: 300 });
});
afterEach(async () => {
  await exchange.close();
  await venue.close();
});

const always = (reaction: Reaction) => venue.onRequest(() => reaction);

describe('Looking up', () => {
  const ref = refTo('a1');

  it('finds an order with its fills', async () => {
    always({ json: venueOrder('a1', { status: 'PARTIALLY_FILLED', executedQty: '0.004', avgPrice: '95000.10' }) });
    expect(await exchange.find(ref)).toMatchObject({
      kind: 'found',
      report: { status: 'open', executed: '0.004', averagePrice: '95000.1' },
    });
  });

  it('says absent only when the exchange says so', async () => {
    always({ status: 400, json: { code: -2013, msg: 'Order does not exist.' } });
    expect(await exchange.find(ref)).toEqual({ kind: 'absent' });
  });

  it.each<[string, Reaction]>([
    ['a server error', { status: 500, text: '' }],
    ['a reset connection', 'reset'],
    ['a page with status 200', { text: '<html></html>' }],
    ['another order', { json: venueOrder('somebody-else') }],
    ['a rejected key', { status: 401, json: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' } }],
  ])('is unavailable after %s', async (_title, reaction) => {
    always(reaction);
    expect(await exchange.find(ref)).toMatchObject({ kind: 'unavailable' });
  });

  it('follows a triggered stop to the order it became', async () => {
    byRoute(venue, {
      'GET /fapi/v1/algoOrder': () => ({ json: algoOrder('a1', { algoStatus: 'FINISHED', actualOrderId: '99' }) }),
      'GET /fapi/v1/order': (request) => ({
        json: venueOrder('other', { orderId: Number(request.params.orderId), status: 'FILLED', executedQty: '0.010' }),
      }),
    });
    expect(await exchange.find({ ...ref, conditional: true })).toMatchObject({
      kind: 'found',
      report: {
        clientOrderId: 'a1',
        exchangeOrderId: '3358',
        triggeredOrderId: '99',
        status: 'filled',
        executed: '0.01',
        type: 'STOP_LIMIT',
      },
    });
  });

  const absent = () => ({ status: 400, json: { code: -2013, msg: 'Order does not exist.' } });

  it('says of a trigger whose order is not there that the stop is known and the order is not', async () => {
    byRoute(venue, {
      'GET /fapi/v1/algoOrder': () => ({ json: algoOrder('a1', { algoStatus: 'TRIGGERED', actualOrderId: '99' }) }),
      'GET /fapi/v1/order': absent,
    });
    expect(await exchange.find({ ...ref, conditional: true })).toMatchObject({
      kind: 'forgotten',
      report: { status: 'triggered', triggeredOrderId: '99', executed: null, updatedAt: 1_750_000_000_200 },
    });
  });

  it('asks for a forgotten stop under the id of the order it became, and says absent after both', async () => {
    const order = venueOrder('made-by-venue', {
      orderId: 99,
      status: 'FILLED',
      executedQty: '0.010',
      origType: 'STOP',
    });
    const found = { 'GET /fapi/v1/algoOrder': absent, 'GET /fapi/v1/order': () => ({ json: order }) };
    const stop = { ...ref, conditional: true, triggeredOrderId: '99' };
    byRoute(venue, found);
    expect(await exchange.find(stop)).toMatchObject({
      kind: 'found',
      report: { clientOrderId: 'a1', triggeredOrderId: '99', status: 'filled', executed: '0.01' },
    });
    byRoute(venue, { ...found, 'GET /fapi/v1/order': absent });
    expect(await exchange.find(stop)).toEqual({ kind: 'absent' });
    expect(await exchange.find({ ...ref, conditional: true })).toEqual({ kind: 'absent' });
  });

  it('says so when the exchange has no such symbol', async () => {
    always({ status: 400, json: { code: -1121, msg: 'Invalid symbol.' } });
    expect(await exchange.find(ref)).toMatchObject({ kind: 'no_market', failure: { code: '-1121' } });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../exchange.ts';
import { credentials, refTo, stamp } from '../testing/sample-orders.ts';
import {
  byRoute,
  type Reaction,
  type ScriptedVenue,
  type SeenRequest,
  startScriptedVenue,
} from '../testing/scripted-venue.ts';
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
const idsOf = (request: SeenRequest): string[] => JSON.parse(request.params.origclientorderidlist ?? '[]');

describe('Cancelling', () => {
  it('names one order by its client id and reports what was filled', async () => {
    always({ json: venueOrder('a1', { status: 'CANCELED', executedQty: '0.004' }) });
    const [outcome] = await exchange.cancel([refTo('a1')], stamp);
    expect(outcome).toMatchObject({ kind: 'cancelled', report: { status: 'cancelled', executed: '0.004' } });
    expect(venue.seen[0]).toMatchObject({
      method: 'DELETE',
      path: '/fapi/v1/order',
      params: { symbol: 'BTCUSDT', origClientOrderId: 'a1', timestamp: '1750000000123', recvWindow: '3000' },
    });
  });

  it('puts up to ten into one request and judges each alone', async () => {
    venue.onRequest((request) => ({
      json: (request.params.origClientOrderId ? [request.params.origClientOrderId] : idsOf(request)).map((id) =>
        id === 'g3' ? { code: -2011, msg: 'Unknown order sent.' } : venueOrder(id, { status: 'CANCELED' }),
      ),
    }));
    const ids = Array.from({ length: 12 }, (_, index) => `g${index}`);
    const outcomes = await exchange.cancel(
      ids.map((id) => refTo(id)),
      stamp,
    );
    expect(venue.seen.map((request) => idsOf(request).length).sort((a, b) => a - b)).toEqual([2, 10]);
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(ids.map((id) => (id === 'g3' ? 'gone' : 'cancelled')));
  });

  it('calls an order gone that the exchange does not know', async () => {
    always({ status: 400, json: { code: -2011, msg: 'Unknown order sent.' } });
    expect(await exchange.cancel([refTo('a1')], stamp)).toMatchObject([{ kind: 'gone', failure: { code: '-2011' } }]);
  });

  it.each<[string, Reaction]>([
    ['a reset connection', 'reset'],
    ['no answer', 'hang'],
    ['a page with status 200', { text: '<html></html>' }],
  ])('leaves it unresolved after %s', async (_title, reaction) => {
    always(reaction);
    const outcomes = await exchange.cancel([refTo('h1'), refTo('h2'), refTo('h3', true)], stamp);
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['unresolved', 'unresolved', 'unresolved']);
  });

  it('cancels a stop in the Algo Service and reports that nothing was executed', async () => {
    byRoute(venue, {
      'DELETE /fapi/v1/algoOrder': () => ({ json: { algoId: 3358, clientAlgoId: 's1', code: '200', msg: 'success' } }),
      'GET /fapi/v1/algoOrder': () => ({ json: algoOrder('s1', { algoStatus: 'CANCELED' }) }),
    });
    expect(await exchange.cancel([refTo('s1', true)], stamp)).toMatchObject([
      { kind: 'cancelled', report: { clientOrderId: 's1', status: 'cancelled', executed: '0', conditional: true } },
    ]);
  });

  it('follows a triggered stop to the matching engine and cancels it there', async () => {
    byRoute(venue, {
      'DELETE /fapi/v1/algoOrder': () => ({ status: 400, json: { code: -2011, msg: 'Unknown order sent.' } }),
      'GET /fapi/v1/algoOrder': () => ({ json: algoOrder('s1', { algoStatus: 'TRIGGERED', actualOrderId: '99' }) }),
      'DELETE /fapi/v1/order': (request) => ({
        json: venueOrder('any', { orderId: Number(request.params.orderId), status: 'CANCELED', executedQty: '0.003' }),
      }),
    });
    expect(await exchange.cancel([refTo('s1', true)], stamp)).toMatchObject([
      { kind: 'cancelled', report: { clientOrderId: 's1', triggeredOrderId: '99', executed: '0.003' } },
    ]);
  });

  it('calls a stop gone that ended before', async () => {
    byRoute(venue, {
      'DELETE /fapi/v1/algoOrder': () => ({ status: 400, json: { code: -2011, msg: 'Unknown order sent.' } }),
      'GET /fapi/v1/algoOrder': () => ({ json: algoOrder('s1', { algoStatus: 'CANCELED' }) }),
    });
    expect(await exchange.cancel([refTo('s1', true)], stamp)).toMatchObject([{ kind: 'gone' }]);
  });
});

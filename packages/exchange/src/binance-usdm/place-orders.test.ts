import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../exchange.ts';
import { credentials, failureOf, limit, stamp, stop } from '../testing/sample-orders.ts';
import { type Reaction, type ScriptedVenue, type SeenRequest, startScriptedVenue } from '../testing/scripted-venue.ts';
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
const batchOf = (request: SeenRequest): Record<string, string>[] => JSON.parse(request.params.batchOrders ?? '[]');

describe('Placing', () => {
  it('sends the stored parameters unchanged, with the given stamp, signed, to the endpoint instead of the exchange', async () => {
    always({ json: venueOrder('a1') });
    await exchange.place([limit('a1')], stamp);
    expect(venue.seen).toHaveLength(1);
    const [request] = venue.seen;
    expect(request).toMatchObject({ method: 'POST', path: '/fapi/v1/order', apiKey: credentials.apiKey });
    expect(request?.params).toMatchObject({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.010',
      price: '95000.1',
      timeInForce: 'GTC',
      newClientOrderId: 'a1',
      timestamp: '1750000000123',
      recvWindow: '3000',
    });
    const { signature, ...signed } = request?.params ?? {};
    const payload = new URLSearchParams(signed).toString();
    expect(signature).toBe(createHmac('sha256', credentials.secret).update(payload).digest('hex'));
  });

  it('reports an accepted order without guessing what is filled', async () => {
    always({ json: venueOrder('a1') });
    expect(await exchange.place([limit('a1')], stamp)).toEqual([
      {
        kind: 'accepted',
        report: {
          clientOrderId: 'a1',
          exchangeOrderId: '4087922044',
          triggeredOrderId: null,
          symbol: 'BTC/USDT',
          side: 'buy',
          type: 'LIMIT',
          conditional: false,
          status: 'open',
          price: '95000.1',
          stopPrice: null,
          quantity: '0.01',
          executed: null,
          averagePrice: null,
          reduceOnly: false,
          updatedAt: 1750000000200,
        },
      },
    ]);
  });

  it('asks for a market order’s result and reports its fill', async () => {
    always({ json: venueOrder('m1', { type: 'MARKET', origType: 'MARKET', status: 'FILLED', executedQty: '0.010' }) });
    const [outcome] = await exchange.place([limit('m1', { type: 'MARKET', price: null, reduceOnly: true })], stamp);
    expect(outcome).toMatchObject({ kind: 'accepted', report: { status: 'filled', executed: '0.01', type: 'MARKET' } });
    expect(venue.seen[0]?.params).toMatchObject({ newOrderRespType: 'RESULT', reduceOnly: 'true' });
    expect(venue.seen[0]?.params).not.toHaveProperty('price');
  });

  it('puts up to five orders into one request and judges each alone, in the order given', async () => {
    venue.onRequest((request) => ({
      json: batchOf(request).map((order, index) =>
        index === 1 ? { code: -2019, msg: 'Margin is insufficient.' } : venueOrder(order.newClientOrderId ?? ''),
      ),
    }));
    const outcomes = await exchange.place(
      ['b1', 'b2', 'b3'].map((id) => limit(id)),
      stamp,
    );
    expect(venue.seen.map((request) => `${request.method} ${request.path}`)).toEqual(['POST /fapi/v1/batchOrders']);
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['accepted', 'refused', 'accepted']);
    expect(failureOf(outcomes[1])).toMatchObject({ type: 'insufficient_balance', code: '-2019', action: 'fail' });
    expect(outcomes[2]).toMatchObject({ report: { clientOrderId: 'b3' } });
  });

  it('splits more than five orders over parallel requests', async () => {
    venue.onRequest((request) => ({
      json:
        request.path === '/fapi/v1/order'
          ? venueOrder(request.params.newClientOrderId ?? '')
          : batchOf(request).map((order) => venueOrder(order.newClientOrderId ?? '')),
    }));
    const ids = Array.from({ length: 11 }, (_, index) => `c${index}`);
    const outcomes = await exchange.place(
      ids.map((id) => limit(id)),
      stamp,
    );
    expect(venue.seen).toHaveLength(3);
    expect(outcomes.map((outcome) => outcome.kind === 'accepted' && outcome.report.clientOrderId)).toEqual(ids);
  });

  it('sends stops one by one to the Algo Service, under the same client id', async () => {
    venue.onRequest((request) => ({ json: algoOrder(request.params.clientAlgoId ?? '') }));
    const market = limit('s2', { type: 'STOP_MARKET', stopPrice: '97000', price: null });
    const outcomes = await exchange.place([stop('s1'), market], stamp);
    expect(venue.seen.map((request) => request.path)).toEqual(['/fapi/v1/algoOrder', '/fapi/v1/algoOrder']);
    const sent = new Map(venue.seen.map((request) => [request.params.clientAlgoId, request.params]));
    expect(sent.get('s1')).toMatchObject({
      algoType: 'CONDITIONAL',
      type: 'STOP',
      triggerPrice: '97000',
      price: '97100',
      timeInForce: 'GTC',
      timestamp: '1750000000123',
    });
    expect(sent.get('s2')).toMatchObject({ type: 'STOP_MARKET' });
    expect(sent.get('s2')).not.toHaveProperty('price');
    expect(outcomes[0]).toMatchObject({
      kind: 'accepted',
      report: { exchangeOrderId: '3358', conditional: true, type: 'STOP_LIMIT', stopPrice: '97000', executed: '0' },
    });
  });

  it('says that an earlier send arrived when the client id is taken', async () => {
    always({ status: 400, json: { code: -4116, msg: 'ClientOrderId is duplicated.' } });
    const [outcome] = await exchange.place([limit('a1')], stamp);
    expect(outcome?.kind).toBe('unresolved');
    expect(failureOf(outcome)).toMatchObject({ action: 'adopt', code: '-4116' });
  });

  it('gives a refusal of the whole batch to each of its orders', async () => {
    always({ status: 400, json: { code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' } });
    const outcomes = await exchange.place([limit('d1'), limit('d2')], stamp);
    expect(outcomes.map((outcome) => [outcome.kind, failureOf(outcome)?.action])).toEqual([
      ['refused', 'sync_clock'],
      ['refused', 'sync_clock'],
    ]);
  });

  it('adds the measured clock offset to the stamp', async () => {
    venue.onRequest((request) =>
      request.path === '/fapi/v1/time' ? { json: { serverTime: Date.now() + 60_000 } } : { json: venueOrder('a1') },
    );
    await exchange.syncClock();
    await exchange.place([limit('a1')], stamp);
    const sent = Number(venue.seen.at(-1)?.params.timestamp) - stamp.signedAt;
    expect(Math.abs(sent - 60_000)).toBeLessThan(200);
  });

  it('uses the exchange’s name of a market it was given', async () => {
    exchange.useMarkets([{ symbol: 'ODD/USDT', adapterMarket: { id: 'ODDPERP' } }]);
    always({ json: venueOrder('a1', { symbol: 'ODDPERP' }) });
    const [outcome] = await exchange.place([limit('a1', { symbol: 'ODD/USDT' })], stamp);
    expect(venue.seen[0]?.params.symbol).toBe('ODDPERP');
    expect(outcome).toMatchObject({ report: { symbol: 'ODD/USDT' } });
  });
});

describe('A placement without proof is unresolved', () => {
  const page = '<html><body>Please wait</body></html>';
  const wholeCall: [title: string, reaction: Reaction, code: string][] = [
    ['a connection reset after the request', 'reset', 'ECONNRESET'],
    ['no answer at all', 'hang', 'timeout'],
    ['a page with status 200', { text: page }, 'http 200'],
    ['an empty 200', { text: '' }, 'http 200'],
    ['half an answer', { text: '[{"orderId":40' }, 'http 200'],
    [
      'a 503 that says it was sent on',
      { status: 503, json: { code: -1000, msg: 'Unknown error, please check your request or try again later.' } },
      '-1000',
    ],
    ['a bad gateway', { status: 502, text: page }, 'http 502'],
    [
      'a timeout of the exchange',
      { status: 408, json: { code: -1007, msg: 'Timeout waiting for response from backend server.' } },
      '-1007',
    ],
    ['an answer about nothing', { json: {} }, 'unreadable answer'],
  ];
  it.each(wholeCall)('after %s, for one order and for a batch', async (_title, reaction, code) => {
    always(reaction);
    const [[one], batch] = await Promise.all([
      exchange.place([limit('e1')], stamp),
      exchange.place([limit('e2'), limit('e3')], stamp),
    ]);
    expect([one, ...batch].map((outcome) => outcome?.kind)).toEqual(['unresolved', 'unresolved', 'unresolved']);
    expect([one, ...batch].map((outcome) => failureOf(outcome)?.action)).toEqual(['resolve', 'resolve', 'resolve']);
    expect(failureOf(one)?.code).toBe(code);
  });

  it('when the answer names another order', async () => {
    always({ json: venueOrder('somebody-else') });
    expect(await exchange.place([limit('e1')], stamp)).toMatchObject([{ kind: 'unresolved' }]);
  });

  it('when the answer has no exchange id', async () => {
    const { orderId: _, ...withoutId } = venueOrder('e1');
    always({ json: withoutId });
    expect(await exchange.place([limit('e1')], stamp)).toMatchObject([{ kind: 'unresolved' }]);
  });

  it('when a batch answers with fewer elements than orders', async () => {
    always({ json: [venueOrder('e1')] });
    const outcomes = await exchange.place([limit('e1'), limit('e2')], stamp);
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['unresolved', 'unresolved']);
  });

  it('but not when nothing was sent: then it is refused and may be sent again', async () => {
    await venue.close();
    const outcomes = await exchange.place([limit('f1'), limit('f2')], stamp);
    expect(outcomes.map((outcome) => [outcome.kind, failureOf(outcome)?.type, failureOf(outcome)?.action])).toEqual([
      ['refused', 'network_error', 'retry'],
      ['refused', 'network_error', 'retry'],
    ]);
    venue = await startScriptedVenue();
  });

  it('but not on a 503 that says it failed', async () => {
    always({ status: 503, text: 'Service Unavailable.' });
    const [outcome] = await exchange.place([limit('f1')], stamp);
    expect([outcome?.kind, failureOf(outcome)?.action]).toEqual(['refused', 'retry']);
  });

  it('but not on a rate limit, whose wait is passed on', async () => {
    always({ status: 429, json: { code: -1015, msg: 'Too many new orders.' }, headers: { 'Retry-After': '4' } });
    const [outcome] = await exchange.place([limit('f1')], stamp);
    expect(outcome?.kind).toBe('refused');
    expect(failureOf(outcome)).toMatchObject({ type: 'rate_limit', action: 'retry', retryAfterMs: 4_000 });
  });
});

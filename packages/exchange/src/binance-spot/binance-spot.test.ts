import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../exchange.ts';
import { credentials, failureOf, limit, refTo, stamp, stop } from '../testing/sample-orders.ts';
import { byRoute, type Reaction, type ScriptedVenue, startScriptedVenue } from '../testing/scripted-venue.ts';
import { createBinanceSpot, createBinanceSpotMarketData } from './binance-spot.ts';
import { cancelledOrder, placedOrder, trade, venueOrder } from './documented-shapes.ts';

let venue: ScriptedVenue;
let exchange: Exchange;

beforeEach(async () => {
  venue = await startScriptedVenue();
  exchange = createBinanceSpot({ credentials, endpoint: venue.endpoint, timeoutMs: 300 });
});
afterEach(async () => {
  await exchange.close();
  await venue.close();
});

const always = (reaction: Reaction) => venue.onRequest(() => reaction);
const sent = () => venue.seen.map(({ method, path, params }) => ({ call: `${method} ${path}`, params }));

describe('Placing', () => {
  it('sends each order of a call in a request of its own, whole, and takes the answer’s word for it', async () => {
    venue.onRequest(({ params }) => ({ json: placedOrder(params.newClientOrderId!) }));
    const outcomes = await exchange.place([limit('a1'), limit('a2', { price: '95001' })], stamp);
    expect(outcomes).toMatchObject([
      {
        kind: 'accepted',
        report: { clientOrderId: 'a1', status: 'open', executed: '0', price: '95000.1', updatedAt: 1_750_000_000_200 },
      },
      { kind: 'accepted', report: { clientOrderId: 'a2' } },
    ]);
    expect(sent()).toHaveLength(2);
    const { call, params } = sent().find((one) => one.params.newClientOrderId === 'a1')!;
    expect(call).toBe('POST /api/v3/order');
    expect(params).toMatchObject({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.010',
      price: '95000.1',
      newOrderRespType: 'RESULT',
      timestamp: String(stamp.signedAt),
      recvWindow: '3000',
    });
    expect(params).not.toHaveProperty('reduceOnly');
    expect(venue.seen[0]?.apiKey).toBe('demo-api-key');
  });

  it('sends stops to the same call, under the exchange’s names for them', async () => {
    venue.onRequest(({ params }) => ({ json: placedOrder(params.newClientOrderId!, { type: params.type }) }));
    const market = limit('s1', { type: 'STOP_MARKET', stopPrice: '97000', price: null });
    expect(await exchange.place([market, stop('s2')], stamp)).toMatchObject([
      { kind: 'accepted', report: { type: 'STOP_MARKET', conditional: true, status: 'open' } },
      { kind: 'accepted', report: { type: 'STOP_LIMIT', conditional: true } },
    ]);
    const [first, second] = ['s1', 's2'].map(
      (id) => sent().find(({ params }) => params.newClientOrderId === id)!.params,
    );
    expect(first).toMatchObject({ type: 'STOP_LOSS', stopPrice: '97000' });
    expect(first).not.toHaveProperty('timeInForce');
    expect(second).toMatchObject({ type: 'STOP_LOSS_LIMIT', stopPrice: '97000', price: '97100', timeInForce: 'GTC' });
  });

  it('sells what is held for a reduce-only sale, and sends nothing for a reduce-only buy', async () => {
    venue.onRequest(({ params }) => ({ json: placedOrder(params.newClientOrderId!, { side: params.side }) }));
    const orders = [limit('r1', { side: 'sell', reduceOnly: true }), limit('r2', { reduceOnly: true })];
    const outcomes = await exchange.place(orders, stamp);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'refused']);
    expect(failureOf(outcomes[1])).toMatchObject({
      action: 'fail',
      message: expect.stringContaining('nothing was sent'),
    });
    expect(sent().map(({ params }) => params.newClientOrderId)).toEqual(['r1']);
  });

  it.each([
    ['a lost connection', 'reset'],
    ['no answer', 'hang'],
    ['a 5xx, whatever it says', { status: 503, json: { code: -1001, msg: 'Internal error; unable to process.' } }],
    ['a page with status 200', { text: '<html>Please wait</html>' }],
    ['another order', { json: placedOrder('somebody-elses') }],
  ] as [string, Reaction][])(
    'leaves the order unresolved after %s, and never sends it again',
    async (_what, reaction) => {
      always(reaction);
      const [outcome] = await exchange.place([limit('a1')], stamp);
      expect([outcome?.kind, failureOf(outcome)?.action]).toEqual(['unresolved', 'resolve']);
      expect(venue.seen).toHaveLength(1);
    },
  );

  it('keeps keys and signatures out of what it says', async () => {
    always({ status: 400, json: { code: -1022, msg: 'Signature for demo-secret&signature=abc123 is not valid.' } });
    const text = JSON.stringify(await exchange.place([limit('a1')], stamp));
    expect(text).toContain('-1022');
    expect(text).not.toMatch(/demo-secret|abc123/);
  });
});

describe('Cancelling and finding', () => {
  it('knows a cancelled order by its own id: the answer’s clientOrderId is the cancel’s', async () => {
    always({ json: cancelledOrder('a1', { executedQty: '0.00400000', cummulativeQuoteQty: '380.00040000' }) });
    expect(await exchange.cancel([refTo('a1')], stamp)).toMatchObject([
      { kind: 'cancelled', report: { clientOrderId: 'a1', executed: '0.004', averagePrice: '95000.1' } },
    ]);
    expect(sent()[0]).toMatchObject({ call: 'DELETE /api/v3/order', params: { origClientOrderId: 'a1' } });
  });

  it('takes a cancel’s answer about another order for no answer', async () => {
    always({ json: cancelledOrder('somebody-elses') });
    expect(await exchange.cancel([refTo('a1')], stamp)).toMatchObject([{ kind: 'unresolved' }]);
  });

  it('finds a stop under the same id before and after its trigger', async () => {
    const shown = { type: 'STOP_LOSS_LIMIT', stopPrice: '97000.00000000' };
    always({ json: venueOrder('s1', { ...shown, isWorking: false }) });
    expect(await exchange.find(refTo('s1', true))).toMatchObject({
      kind: 'found',
      report: { status: 'open', type: 'STOP_LIMIT', stopPrice: '97000', triggeredOrderId: null },
    });
    always({ json: venueOrder('s1', { ...shown, isWorking: true }) });
    expect(await exchange.find(refTo('s1', true))).toMatchObject({ report: { status: 'triggered', executed: '0' } });
    // An answer without `isWorking`: only a stop that has triggered executes.
    const partly = { status: 'PARTIALLY_FILLED', executedQty: '0.00400000', cummulativeQuoteQty: '388.00000000' };
    always({ json: placedOrder('s1', { ...shown, ...partly }) });
    expect(await exchange.find(refTo('s1', true))).toMatchObject({
      report: { status: 'triggered', executed: '0.004' },
    });
    always({ json: venueOrder('s1', { ...shown, status: 'EXPIRED', expiryReason: 'REJECTED' }) });
    expect(await exchange.find(refTo('s1', true))).toMatchObject({ report: { status: 'expired', reason: 'REJECTED' } });
  });

  it('counts stops of other kinds and halves of order lists among the open orders', async () => {
    always({
      json: [
        venueOrder('web_1', { type: 'TAKE_PROFIT', isWorking: false }),
        venueOrder('web_2', { type: 'LIMIT_MAKER', status: 'PENDING_NEW', isWorking: false }),
        venueOrder('web_3', { type: 'TAKE_PROFIT_LIMIT', isWorking: false }),
        venueOrder('web_4', { type: 'STOP_LOSS_LIMIT', isWorking: true }),
      ],
    });
    expect(await exchange.openOrders('BTC/USDT')).toMatchObject([
      { type: 'STOP_MARKET', conditional: true, status: 'open' },
      { type: 'LIMIT', conditional: false, status: 'open' },
      { type: 'STOP_LIMIT', conditional: true, status: 'open' },
      { type: 'STOP_LIMIT', conditional: true, status: 'triggered' },
    ]);
    // One that has triggered takes no place among those that wait.
    expect((await exchange.openConditionalOrders()).map(({ clientOrderId }) => clientOrderId)).toEqual([
      'web_1',
      'web_3',
    ]);
    expect(sent()[1]?.params).not.toHaveProperty('symbol');
  });

  it('refuses a list with an order it cannot read, since a missing order would look like a free slot', async () => {
    always({ json: [venueOrder('a1'), { orderId: 1 }] });
    await expect(exchange.openOrders('BTC/USDT')).rejects.toThrow('open orders are not in the documented shape');
  });
});

describe('Reading executions', () => {
  const day = 24 * 3_600_000;
  const now = Date.now();
  const asked = () => sent().map(({ params: { startTime, endTime, fromId } }) => ({ startTime, endTime, fromId }));

  it('looks a day at a time until the first, which is as far as the exchange looks', async () => {
    const since = now - 3 * day - 1_000;
    venue.onRequest(({ params }) => ({ json: params.fromId || Number(params.endTime) > now ? [trade(7)] : [] }));
    const fills = await exchange.fills('BTC/USDT', { since });
    expect(fills).toEqual([
      {
        tradeId: '7',
        clientOrderId: null,
        exchangeOrderId: '28',
        symbol: 'BTC/USDT',
        side: 'buy',
        quantity: '0.004',
        price: '95000.1',
        fee: '0.000004',
        feeCurrency: 'BTC',
        realizedPnl: null,
        maker: false,
        at: 1_750_000_000_007,
      },
    ]);
    const windows = asked().map(({ startTime, endTime }) => Number(endTime) - Number(startTime));
    expect(windows).toEqual([day - 1, day - 1, day - 1, day - 1]);
    expect(Number(asked()[1]?.startTime)).toBe(since + day);
  });

  it('goes on by trade id after a full page and after a day that had some, and stops behind the end', async () => {
    const since = now - 2 * day;
    const pages: Record<string, object[]> = {
      none: Array.from({ length: 1_000 }, (_, index) => trade(index + 1)),
      '1001': Array.from({ length: 1_000 }, (_, index) => trade(index + 1_001)),
      '2001': [trade(2_001)],
    };
    venue.onRequest(({ params }) => ({ json: pages[params.fromId ?? 'none'] }));
    const fills = await exchange.fills('BTC/USDT', { since });
    expect(fills).toHaveLength(2_001);
    expect(asked().map(({ fromId }) => fromId)).toEqual([undefined, '1001', '2001']);
    venue.seen.length = 0;
    await exchange.fills('BTC/USDT', { since, until: 1_750_000_001_500 });
    expect(asked()).toHaveLength(0);
  });
});

describe('Reading the account', () => {
  it('tells holdings as positions without a price they were bought at, and the settlement currency as the balance', async () => {
    always({
      json: {
        balances: [
          { asset: 'BTC', free: '0.50000000', locked: '0.25000000' },
          { asset: 'USDT', free: '900.10000000', locked: '99.90000000' },
          { asset: 'ETH', free: '0.00000000', locked: '0.00000000' },
        ],
      },
    });
    expect(await exchange.positions()).toEqual([{ symbol: 'BTC/USDT', quantity: '0.75', entryPrice: null }]);
    expect(await exchange.balance()).toEqual({ currency: 'USDT', total: '1000', free: '900.1' });
  });

  it('knows no leverage but 1, no position mode but one-way and no funding, without asking', async () => {
    expect(await exchange.positionMode()).toBe('one-way');
    expect(await exchange.accountEntries(0, 1)).toEqual([]);
    await exchange.setLeverage('BTC/USDT', 1, 'cross');
    await expect(exchange.setLeverage('BTC/USDT', 2, 'cross')).rejects.toThrow('spot knows 1 alone');
    expect(venue.seen).toEqual([]);
  });
});

describe('Market data', () => {
  const filters = [
    { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000.00000000', tickSize: '0.01000000' },
    { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
    { filterType: 'MARKET_LOT_SIZE', minQty: '0.00000000', maxQty: '120.5', stepSize: '0.00000000' },
    { filterType: 'NOTIONAL', minNotional: '5.00000000', applyMinToMarket: true, maxNotional: '9000000.00000000' },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 },
  ];
  const listed = (symbol: string, base: string, status: string, more: object = {}) => ({
    symbol,
    status,
    baseAsset: base,
    quoteAsset: 'USDT',
    isSpotTradingAllowed: true,
    filters,
    ...more,
  });

  it('reads what limits an order, which markets take cancels only, and the exchange’s limits', async () => {
    byRoute(venue, {
      'GET /api/v3/time': () => ({ json: { serverTime: Date.now() } }),
      'GET /api/v3/exchangeInfo': () => ({
        json: {
          rateLimits: [
            { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
            { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
            { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200000 },
            { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 300000 },
          ],
          symbols: [
            listed('BTCUSDT', 'BTC', 'TRADING'),
            listed('ETHUSDT', 'ETH', 'CANCEL_ONLY'),
            listed('OLDUSDT', 'OLD', 'BREAK'),
            listed('NEWUSDT', 'NEW', 'PRE_TRADING'),
            listed('LENDUSDT', 'LEND', 'TRADING', { isSpotTradingAllowed: false }),
            // No order for it could be written.
            listed('ODDUSDT', 'ODD', 'TRADING', { filters: filters.filter((one) => one.filterType !== 'LOT_SIZE') }),
          ],
        },
      }),
    });
    const source = createBinanceSpotMarketData(venue.endpoint);
    const markets = await source.markets();
    expect(markets.map(({ symbol, status }) => [symbol, status])).toEqual([
      ['BTC/USDT', 'trading'],
      ['ETH/USDT', 'cancel_only'],
      ['OLD/USDT', 'cancel_only'],
      ['NEW/USDT', 'closed'],
    ]);
    expect(markets[0]).toMatchObject({
      priceTick: '0.01',
      amountStep: '0.00001',
      minAmount: '0.00001',
      maxAmount: '9000',
      marketAmountStep: null,
      marketMaxAmount: '120.5',
      minNotional: '5',
      maxOpenOrders: 200,
      maxConditionalOrders: 5,
      conditionalScope: 'symbol',
    });
    expect(source.rateLimits()).toEqual([
      { kind: 'weight', windowMs: 60_000, limit: 6_000 },
      { kind: 'orders', windowMs: 10_000, limit: 100 },
      { kind: 'orders', windowMs: 86_400_000, limit: 200_000 },
    ]);
    await source.close();
  });

  it('dates prices, which have no time of their own, by the exchange’s clock when they were asked for', async () => {
    const ahead = 60_000;
    byRoute(venue, {
      'GET /api/v3/time': () => ({ json: { serverTime: Date.now() + ahead } }),
      'GET /api/v3/ticker/price': () => ({ json: [{ symbol: 'BTCUSDT', price: '96000.00000000' }] }),
    });
    await exchange.syncClock();
    const before = Date.now();
    always({ json: { symbol: 'BTCUSDT', price: '96000.00000000' } });
    const { at, ...ticker } = await exchange.ticker('BTC/USDT');
    expect(ticker).toEqual({ symbol: 'BTC/USDT', last: '96000' });
    expect(at - ahead).toBeGreaterThanOrEqual(before - 500);
    expect(at - ahead).toBeLessThanOrEqual(Date.now() + 500);
  });
});

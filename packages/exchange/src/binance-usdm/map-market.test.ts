import { describe, expect, it } from 'vitest';
import { mapMarkets } from './map-market.ts';

/** One symbol of exchangeInfo in its documented shape. */
const symbol = (more: object = {}, filters: object[] = []) => ({
  symbol: 'BTCUSDT',
  pair: 'BTCUSDT',
  contractType: 'PERPETUAL',
  status: 'TRADING',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  marginAsset: 'USDT',
  pricePrecision: 2,
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '556.80', maxPrice: '4529764', tickSize: '0.10' },
    { filterType: 'LOT_SIZE', stepSize: '0.001', maxQty: '1000', minQty: '0.001' },
    { filterType: 'MARKET_LOT_SIZE', stepSize: '0.001', maxQty: '120', minQty: '0.001' },
    { filterType: 'MAX_NUM_ORDERS', limit: 200 },
    { filterType: 'MIN_NOTIONAL', notional: '100' },
    { filterType: 'PERCENT_PRICE', multiplierUp: '1.0500', multiplierDown: '0.9500', multiplierDecimal: '4' },
    ...filters,
  ],
  ...more,
});

const read = (...symbols: object[]) => mapMarkets({ timezone: 'UTC', symbols });

describe('Markets of Binance USD-M', () => {
  it('state tick, step, limits and notional without trailing zeros', () => {
    expect(read(symbol())).toEqual([
      {
        symbol: 'BTC/USDT',
        venueSymbol: 'BTCUSDT',
        status: 'trading',
        priceTick: '0.1',
        priceTicks: null,
        amountStep: '0.001',
        minAmount: '0.001',
        maxAmount: '1000',
        marketAmountStep: '0.001',
        marketMaxAmount: '120',
        minNotional: '100',
        contractSize: '1',
        maxOpenOrders: 200,
        maxConditionalOrders: 200,
        conditionalScope: 'account',
        adapterMarket: { id: 'BTCUSDT' },
      },
    ]);
  });

  it('count conditional orders per symbol where the exchange still states such a limit', () => {
    const [market] = read(symbol({}, [{ filterType: 'MAX_NUM_ALGO_ORDERS', limit: 10 }])) ?? [];
    expect(market).toMatchObject({ maxConditionalOrders: 10, conditionalScope: 'symbol' });
  });

  it('leave out dated contracts, which share a perpetual’s name', () => {
    const dated = symbol({ symbol: 'BTCUSDT_261225', contractType: 'CURRENT_QUARTER' });
    expect(read(symbol(), dated)?.map((market) => market.venueSymbol)).toEqual(['BTCUSDT']);
  });

  it('leave out a market without a tick or a step', () => {
    expect(read(symbol({ filters: [] }))).toEqual([]);
  });

  it.each([
    ['TRADING', 'trading'],
    ['SETTLING', 'cancel_only'],
    ['PRE_SETTLE', 'cancel_only'],
    ['CANCEL_ONLY', 'cancel_only'],
    ['PENDING_TRADING', 'closed'],
    ['CLOSE', 'closed'],
    ['DELIVERED', 'closed'],
  ])('with status %s are %s', (status, expected) => {
    expect(read(symbol({ status }))?.[0]?.status).toBe(expected);
  });

  it('are unknown, not empty, when the answer is something else', () => {
    expect(mapMarkets({ code: 0 })).toBeUndefined();
    expect(mapMarkets('<html></html>')).toBeUndefined();
  });
});

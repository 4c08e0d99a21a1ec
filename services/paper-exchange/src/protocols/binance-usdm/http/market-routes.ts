import type { Refusal } from '../../../matching/refusal.ts';
import type { Market } from '../../../matching/venue.ts';
import { bestPrices, dayStatistics, marketPrice, markStatistics } from '../../binance/market-view.ts';
import { MULTIPLIER_DOWN, MULTIPLIER_UP } from '../filters.ts';
import { refusals } from '../refusals.ts';
import { bySymbol, type CallInput, type Route } from './route.ts';

/** Binance's own mark of a contract that never expires; clients test for it. */
const NEVER = 4_133_404_800_000;
const ONBOARDED = 1_569_398_400_000;

/** Filters as ccxt and the connector read them. The cap shown is the symbol's; one account's own cap is not public. */
function symbolInfo(input: CallInput, market: Market): object {
  const { spec } = market;
  const maxOrders = input.venue.caps.openBySymbol.get(spec.symbol) ?? input.venue.caps.openPerSymbol;
  return {
    symbol: spec.symbol,
    pair: spec.symbol,
    contractType: 'PERPETUAL',
    deliveryDate: NEVER,
    onboardDate: ONBOARDED,
    status: market.status,
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: spec.base,
    quoteAsset: 'USDT',
    marginAsset: 'USDT',
    pricePrecision: spec.pricePrecision,
    quantityPrecision: spec.quantityPrecision,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: [],
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    maxMoveOrderLimit: 10_000,
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: spec.minPrice, maxPrice: spec.maxPrice, tickSize: spec.tickSize },
      { filterType: 'LOT_SIZE', minQty: spec.stepSize, maxQty: spec.maxQty, stepSize: spec.stepSize },
      { filterType: 'MARKET_LOT_SIZE', minQty: spec.stepSize, maxQty: spec.marketMaxQty, stepSize: spec.stepSize },
      { filterType: 'MAX_NUM_ORDERS', limit: maxOrders },
      { filterType: 'MIN_NOTIONAL', notional: spec.minNotional },
      {
        filterType: 'PERCENT_PRICE',
        multiplierUp: MULTIPLIER_UP,
        multiplierDown: MULTIPLIER_DOWN,
        multiplierDecimal: '4',
      },
      { filterType: 'POSITION_RISK_CONTROL', positionControlSide: 'NONE' },
    ],
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
    permissionSets: ['GRID', 'COPY'],
  };
}

const NO_LIMIT = 1_000_000;

function exchangeInfo(input: CallInput): object {
  const { limits } = input;
  // What is not enforced is stated so high that nobody keeps to it.
  const stated = (limit: number) => (limits.enforce ? limit : NO_LIMIT);
  return {
    timezone: 'UTC',
    serverTime: input.now,
    futuresType: 'U_MARGINED',
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: stated(limits.weightPerMinute) },
      { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: stated(limits.ordersPerMinute) },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: stated(limits.ordersPer10s) },
    ],
    exchangeFilters: [],
    assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
    symbols: [...input.venue.markets.values()].map((market) => symbolInfo(input, market)),
  };
}

/** One symbol's object, or a list of all, as every ticker endpoint has it. */
function perSymbol(input: CallInput, view: (market: Market) => object): object | Refusal {
  const symbol = input.params.text('symbol');
  if (symbol === undefined) return [...input.venue.markets.values()].map(view);
  const market = input.venue.markets.get(symbol);
  return market === undefined ? refusals.badSymbol() : view(market);
}

const tickerPrice = (input: CallInput): object | Refusal =>
  perSymbol(input, (market) => ({
    symbol: market.spec.symbol,
    price: marketPrice(market, market.last),
    time: input.now,
  }));

const bookTicker = (input: CallInput): object | Refusal =>
  perSymbol(input, (market) => {
    const best = bestPrices(market);
    return {
      symbol: market.spec.symbol,
      bidPrice: best.bid,
      bidQty: best.quantity,
      askPrice: best.ask,
      askQty: best.quantity,
      time: input.now,
      lastUpdateId: input.now,
    };
  });

const ticker24hr = (input: CallInput): object | Refusal =>
  perSymbol(input, (market) => {
    const day = dayStatistics(market);
    return {
      symbol: market.spec.symbol,
      priceChange: day.change,
      priceChangePercent: day.changePercent,
      weightedAvgPrice: day.average,
      lastPrice: day.last,
      lastQty: market.spec.stepSize,
      openPrice: day.open,
      highPrice: day.high,
      lowPrice: day.low,
      volume: '0',
      quoteVolume: '0',
      openTime: input.now - 86_400_000,
      closeTime: input.now,
      firstId: 0,
      lastId: 0,
      count: 0,
    };
  });

const premiumIndex = (input: CallInput): object | Refusal =>
  perSymbol(input, (market) => {
    const statistics = markStatistics(market, input.now);
    return {
      symbol: market.spec.symbol,
      markPrice: statistics.mark,
      indexPrice: statistics.mark,
      estimatedSettlePrice: statistics.mark,
      lastFundingRate: statistics.fundingRate,
      interestRate: '0.00010000',
      nextFundingTime: statistics.nextFunding,
      time: input.now,
    };
  });

export const marketRoutes: readonly (readonly [string, Route])[] = [
  ['GET /fapi/v1/ping', { kind: 'time', signed: false, weight: 1, run: () => ({}) }],
  ['GET /fapi/v1/time', { kind: 'time', signed: false, weight: 1, run: (input) => ({ serverTime: input.now }) }],
  ['GET /fapi/v1/exchangeInfo', { kind: 'exchangeInfo', signed: false, weight: 1, run: exchangeInfo }],
  ['GET /fapi/v1/ticker/price', { kind: 'tickers', signed: false, weight: bySymbol(1, 2), run: tickerPrice }],
  ['GET /fapi/v2/ticker/price', { kind: 'tickers', signed: false, weight: bySymbol(1, 2), run: tickerPrice }],
  ['GET /fapi/v1/ticker/bookTicker', { kind: 'tickers', signed: false, weight: bySymbol(2, 5), run: bookTicker }],
  ['GET /fapi/v1/ticker/24hr', { kind: 'tickers', signed: false, weight: bySymbol(1, 40), run: ticker24hr }],
  ['GET /fapi/v1/premiumIndex', { kind: 'tickers', signed: false, weight: bySymbol(1, 10), run: premiumIndex }],
];

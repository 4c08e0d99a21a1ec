import type { Refusal } from '../../../matching/refusal.ts';
import type { Market } from '../../../matching/venue.ts';
import { dayStatistics, marketPrice } from '../../binance/market-view.ts';
import { MULTIPLIER_DOWN, MULTIPLIER_UP } from '../filters.ts';
import { refusals } from '../refusals.ts';
import { bySymbol, type CallInput, type Route } from './route.ts';

/** Filters as clients read them. The cap shown is the symbol's; one account's own cap is not public. */
function symbolInfo({ exchange: { venue } }: CallInput, { spec, status }: Market): object {
  return {
    symbol: spec.symbol,
    status,
    baseAsset: spec.base,
    baseAssetPrecision: 8,
    quoteAsset: spec.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'],
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    quoteOrderQtyMarketAllowed: false,
    allowTrailingStop: false,
    cancelReplaceAllowed: false,
    amendAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: spec.minPrice, maxPrice: spec.maxPrice, tickSize: spec.tickSize },
      { filterType: 'LOT_SIZE', minQty: spec.stepSize, maxQty: spec.maxQty, stepSize: spec.stepSize },
      { filterType: 'MARKET_LOT_SIZE', minQty: '0.00000000', maxQty: spec.marketMaxQty, stepSize: '0.00000000' },
      {
        filterType: 'PERCENT_PRICE_BY_SIDE',
        bidMultiplierUp: MULTIPLIER_UP,
        bidMultiplierDown: MULTIPLIER_DOWN,
        askMultiplierUp: MULTIPLIER_UP,
        askMultiplierDown: MULTIPLIER_DOWN,
        avgPriceMins: 5,
      },
      {
        filterType: 'NOTIONAL',
        minNotional: spec.minNotional,
        applyMinToMarket: true,
        maxNotional: '9000000.00000000',
        applyMaxToMarket: false,
        avgPriceMins: 5,
      },
      {
        filterType: 'MAX_NUM_ORDERS',
        maxNumOrders: venue.caps.openBySymbol.get(spec.symbol) ?? venue.caps.openPerSymbol,
      },
      { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: venue.caps.conditionalPerSymbol },
    ],
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'NONE',
    allowedSelfTradePreventionModes: ['NONE'],
  };
}

const NO_LIMIT = 1_000_000;

function exchangeInfo(input: CallInput): object {
  const { limits, venue } = input.exchange;
  // What is not enforced is stated so high that nobody keeps to it.
  const stated = (limit: number) => (limits.enforce ? limit : NO_LIMIT);
  return {
    timezone: 'UTC',
    serverTime: input.now,
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: stated(limits.weightPerMinute) },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: stated(limits.ordersPer10s) },
      { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: stated(limits.ordersPerDay) },
      { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 300_000 },
    ],
    exchangeFilters: [],
    symbols: [...venue.markets.values()].map((market) => symbolInfo(input, market)),
  };
}

/** One symbol's object, or a list of all, as every ticker endpoint has it. */
function perSymbol({ exchange, params }: CallInput, view: (market: Market) => object): object | Refusal {
  const symbol = params.text('symbol');
  if (symbol === undefined) return [...exchange.venue.markets.values()].map(view);
  const market = exchange.venue.markets.get(symbol);
  return market === undefined ? refusals.badSymbol() : view(market);
}

/** Without a time, unlike that of futures. */
const tickerPrice = (input: CallInput): object | Refusal =>
  perSymbol(input, (market) => ({ symbol: market.spec.symbol, price: marketPrice(market, market.last) }));

/** One symbol's message of `!miniTicker@arr`. */
export function miniTicker(market: Market, now: number): object {
  const day = dayStatistics(market);
  return {
    e: '24hrMiniTicker',
    E: now,
    s: market.spec.symbol,
    c: day.last,
    o: day.open,
    h: day.high,
    l: day.low,
    v: '0.00000000',
    q: '0.00000000',
  };
}

export const marketRoutes: readonly (readonly [string, Route])[] = [
  ['GET /api/v3/ping', { kind: 'time', signed: false, weight: 1, run: () => ({}) }],
  ['GET /api/v3/time', { kind: 'time', signed: false, weight: 1, run: ({ now }) => ({ serverTime: now }) }],
  ['GET /api/v3/exchangeInfo', { kind: 'exchangeInfo', signed: false, weight: 20, run: exchangeInfo }],
  ['GET /api/v3/ticker/price', { kind: 'tickers', signed: false, weight: bySymbol(2, 4), run: tickerPrice }],
];

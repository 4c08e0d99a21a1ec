import type { Refusal } from '../../../matching/refusal.ts';
import { type Market, markPrice } from '../../../matching/venue.ts';
import { refusals } from '../refusals.ts';
import { type CallInput, page, type Result, type Route } from './route.ts';

/** Only what trades or is on its way out is listed; anything else is not there, as for a symbol of another venue. */
const statusText = (market: Market): string => (market.status === 'TRADING' ? 'Trading' : 'Closed');

function instrument(market: Market): object {
  const { spec } = market;
  return {
    symbol: spec.symbol,
    contractType: 'LinearPerpetual',
    status: statusText(market),
    baseCoin: spec.base,
    quoteCoin: spec.quote,
    settleCoin: spec.quote,
    launchTime: '1585526400000',
    deliveryTime: '0',
    priceScale: String(spec.pricePrecision),
    leverageFilter: { minLeverage: '1', maxLeverage: `${spec.maxLeverage}.00`, leverageStep: '0.01' },
    priceFilter: { minPrice: spec.minPrice, maxPrice: spec.maxPrice, tickSize: spec.tickSize },
    lotSizeFilter: {
      maxOrderQty: spec.maxQty,
      minOrderQty: spec.stepSize,
      qtyStep: spec.stepSize,
      maxMktOrderQty: spec.marketMaxQty,
      postOnlyMaxOrderQty: spec.maxQty,
      minNotionalValue: spec.minNotional,
    },
    unifiedMarginTrade: true,
    fundingInterval: 480,
  };
}

/** Of one symbol or of all, a page of them at a time; without a status those that trade. */
function instruments(input: CallInput): Result | Refusal {
  const found = ofCategory(input);
  if (!Array.isArray(found)) return found;
  const status = input.params.text('status') ?? 'Trading';
  const { list, nextPageCursor } = page(
    found.filter((market) => statusText(market) === status),
    input.params,
    500,
    1_000,
  );
  return { result: { category: 'linear', list: list.map(instrument), nextPageCursor } };
}

/** What the tickers say of a symbol, of the calls and of the stream alike. */
export function tickerView(market: Market): Record<string, string> {
  const { spec, last, anchor, tickSize } = market;
  const price = (value: typeof last): string => value.toFixed(spec.pricePrecision);
  const mark = price(markPrice(market));
  return {
    symbol: spec.symbol,
    lastPrice: price(last),
    markPrice: mark,
    indexPrice: mark,
    prevPrice24h: price(anchor),
    price24hPcnt: last.minus(anchor).div(anchor).toFixed(6),
    fundingRate: market.fundingRate.toFixed(8),
    bid1Price: price(last.minus(tickSize)),
    bid1Size: spec.marketMaxQty,
    ask1Price: price(last.plus(tickSize)),
    ask1Size: spec.marketMaxQty,
    volume24h: '0',
    turnover24h: '0',
  };
}

function tickers(input: CallInput): Result | Refusal {
  const found = ofCategory(input);
  return Array.isArray(found) ? { result: { category: 'linear', list: found.map(tickerView) } } : found;
}

function ofCategory({ exchange, params }: CallInput): Market[] | Refusal {
  if (params.text('category') !== 'linear') return refusals.badParameter('category');
  const symbol = params.text('symbol');
  if (symbol === undefined) return [...exchange.venue.markets.values()];
  const market = exchange.venue.markets.get(symbol);
  return market === undefined ? refusals.badSymbol() : [market];
}

const time = ({ now }: CallInput): Result => ({
  result: { timeSecond: String(Math.floor(now / 1_000)), timeNano: `${now}000000` },
});

export const marketRoutes: readonly (readonly [string, Route])[] = [
  ['GET /v5/market/time', { kind: 'time', signed: false, run: time }],
  ['GET /v5/market/instruments-info', { kind: 'exchangeInfo', signed: false, run: instruments }],
  ['GET /v5/market/tickers', { kind: 'tickers', signed: false, run: tickers }],
];

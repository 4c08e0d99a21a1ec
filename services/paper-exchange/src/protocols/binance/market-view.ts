import type { Decimal } from 'decimal.js';
import { type Market, markPrice } from '../../matching/venue.ts';

// What the market endpoints and the market streams say of a symbol, under names of our own: the venue has two of each.

export const marketPrice = (market: Market, value: Decimal): string => value.toFixed(market.spec.pricePrecision);

/** One tick either side of the last price: there is no depth behind it. */
export const bestPrices = (market: Market) => ({
  bid: marketPrice(market, market.last.minus(market.tickSize)),
  ask: marketPrice(market, market.last.plus(market.tickSize)),
  quantity: market.spec.marketMaxQty,
});

/** The day's open is where the walk is anchored; there is no volume, since nobody else trades. */
export function dayStatistics(market: Market) {
  const { anchor, last } = market;
  const [low, high] = last.lt(anchor) ? [last, anchor] : [anchor, last];
  return {
    change: marketPrice(market, last.minus(anchor)),
    changePercent: last.minus(anchor).div(anchor).times(100).toFixed(3),
    average: marketPrice(market, anchor.plus(last).div(2)),
    last: marketPrice(market, last),
    open: marketPrice(market, anchor),
    high: marketPrice(market, high),
    low: marketPrice(market, low),
  };
}

/** Mark price, with the rate of the last funding; nothing is funded but by command. */
export const markStatistics = (market: Market, now: number) => ({
  mark: marketPrice(market, markPrice(market)),
  fundingRate: market.fundingRate.toFixed(8),
  nextFunding: Math.ceil(now / 28_800_000) * 28_800_000,
});

import type { Decimal } from 'decimal.js';
import type { AlgoRequest, OrderRequest } from '../../matching/order.ts';
import type { Refusal } from '../../matching/refusal.ts';
import type { Market } from '../../matching/venue.ts';
import { refusals } from './refusals.ts';

/** How far from the last price a limit price may lie (PERCENT_PRICE_BY_SIDE). */
export const MULTIPLIER_UP = '5';
export const MULTIPLIER_DOWN = '0.2';

function checkPrice(market: Market, price: Decimal): Refusal | undefined {
  const { spec, last } = market;
  const bad = price.lt(spec.minPrice) || price.gt(spec.maxPrice) || !price.mod(market.tickSize).isZero();
  if (bad) return refusals.filter('PRICE_FILTER');
  const far = price.gt(last.times(MULTIPLIER_UP)) || price.lt(last.times(MULTIPLIER_DOWN));
  return far ? refusals.filter('PERCENT_PRICE_BY_SIDE') : undefined;
}

function checkQuantity(market: Market, quantity: Decimal, asMarket: boolean): Refusal | undefined {
  const { spec, stepSize } = market;
  if (quantity.lt(stepSize) || quantity.gt(spec.maxQty) || !quantity.mod(stepSize).isZero()) {
    return refusals.filter('LOT_SIZE');
  }
  return asMarket && quantity.gt(spec.marketMaxQty) ? refusals.filter('MARKET_LOT_SIZE') : undefined;
}

function checkValue(market: Market, quantity: Decimal, price: Decimal): Refusal | undefined {
  return quantity.times(price).lt(market.spec.minNotional) ? refusals.filter('NOTIONAL') : undefined;
}

/** PRICE_FILTER, PERCENT_PRICE_BY_SIDE, LOT_SIZE, MARKET_LOT_SIZE and NOTIONAL, in that order. */
export function checkOrder(market: Market, { price, quantity }: OrderRequest): Refusal | undefined {
  return (
    (price === undefined ? undefined : checkPrice(market, price)) ??
    checkQuantity(market, quantity, price === undefined) ??
    checkValue(market, quantity, price ?? market.last)
  );
}

/** The same for a stop: its trigger price, and its limit price where it has one. */
export function checkStop(market: Market, { triggerPrice, price, quantity }: AlgoRequest): Refusal | undefined {
  return (
    checkPrice(market, triggerPrice) ??
    (price === undefined ? undefined : checkPrice(market, price)) ??
    checkQuantity(market, quantity, price === undefined) ??
    checkValue(market, quantity, price ?? triggerPrice)
  );
}

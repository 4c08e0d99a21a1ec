import type { Decimal } from 'decimal.js';
import type { AlgoRequest, OrderRequest } from '../../matching/order.ts';
import type { Refusal } from '../../matching/refusal.ts';
import { type Market, markPrice } from '../../matching/venue.ts';
import { refusals } from './refusals.ts';

/** How far a limit price may lie on the marketable side of the mark price (PERCENT_PRICE). */
export const MULTIPLIER_UP = '1.1500';
export const MULTIPLIER_DOWN = '0.8500';

/** Precision before tick: a price can have few enough decimals and still be off tick, and the codes differ. */
function checkPrice(market: Market, price: Decimal): Refusal | undefined {
  const { spec } = market;
  if (price.lte(0)) return refusals.priceBelowZero();
  if (price.decimalPlaces() > spec.pricePrecision) return refusals.precision();
  if (price.lt(spec.minPrice)) return refusals.priceBelowMin();
  if (price.gt(spec.maxPrice)) return refusals.priceAboveMax();
  if (!price.mod(market.tickSize).isZero()) return refusals.priceOffTick();
  return undefined;
}

function checkQuantity(market: Market, quantity: Decimal, marketOrder: boolean): Refusal | undefined {
  const { spec } = market;
  if (quantity.lte(0)) return refusals.quantityBelowZero();
  if (quantity.decimalPlaces() > spec.quantityPrecision) return refusals.precision();
  if (quantity.lt(market.stepSize)) return refusals.quantityBelowMin();
  if (quantity.gt(marketOrder ? spec.marketMaxQty : spec.maxQty)) return refusals.quantityAboveMax();
  if (!quantity.mod(market.stepSize).isZero()) return refusals.quantityOffStep();
  return undefined;
}

/** PRICE_FILTER, LOT_SIZE, MARKET_LOT_SIZE, PERCENT_PRICE and MIN_NOTIONAL, in that order. */
export function checkOrderFilters(market: Market, request: OrderRequest): Refusal | undefined {
  const { price, quantity } = request;
  const mark = markPrice(market);
  if (price !== undefined) {
    const refused = checkPrice(market, price);
    if (refused) return refused;
  }
  const refused = checkQuantity(market, quantity, request.type === 'MARKET');
  if (refused) return refused;
  if (price === undefined) {
    const fillsTooHigh = request.side === 'BUY' && market.last.gt(mark.times(MULTIPLIER_UP));
    const fillsTooLow = request.side === 'SELL' && market.last.lt(mark.times(MULTIPLIER_DOWN));
    if (fillsTooHigh || fillsTooLow) return refusals.percentPrice();
  } else {
    // Only the marketable side: a buy far below the mark harms nobody and may rest.
    if (request.side === 'BUY' && price.gt(mark.times(MULTIPLIER_UP))) return refusals.priceAboveMultiplier();
    if (request.side === 'SELL' && price.lt(mark.times(MULTIPLIER_DOWN))) return refusals.priceBelowMultiplier();
  }
  if (!request.reduceOnly && quantity.times(price ?? mark).lt(market.spec.minNotional)) {
    return refusals.minNotional(market.spec.minNotional);
  }
  return undefined;
}

/** The same for a conditional order: its trigger price, and its limit price where it has one. */
export function checkAlgoFilters(market: Market, request: AlgoRequest): Refusal | undefined {
  const { triggerPrice, price, quantity } = request;
  if (triggerPrice.lte(0)) return refusals.stopPriceBelowZero();
  if (triggerPrice.gt(market.spec.maxPrice)) return refusals.stopPriceAboveMax();
  const badTrigger = checkPrice(market, triggerPrice);
  if (badTrigger) return badTrigger;
  if (price !== undefined) {
    const badPrice = checkPrice(market, price);
    if (badPrice) return badPrice;
  }
  if (request.closePosition) return undefined;
  const badQuantity = checkQuantity(market, quantity, price === undefined);
  if (badQuantity) return badQuantity;
  if (!request.reduceOnly && quantity.times(price ?? triggerPrice).lt(market.spec.minNotional)) {
    return refusals.minNotional(market.spec.minNotional);
  }
  return undefined;
}

import type { Decimal } from 'decimal.js';
import type { AlgoRequest, OrderRequest } from '../../matching/order.ts';
import { perpetual } from '../../matching/perpetual.ts';
import type { Refusal } from '../../matching/refusal.ts';
import type { Rules } from '../../matching/rules.ts';
import { type Market, markPrice, type VenueProfile } from '../../matching/venue.ts';
import { refusals } from './refusals.ts';
import { type BybitSwitches, bybitSwitches } from './switches.ts';
import { bybitSymbols } from './symbols.ts';

/** No dots, colons and slashes, unlike Binance's. */
const linkIds = /^[A-Za-z0-9_-]{1,36}$/;

/** How far a limit price may lie on the marketable side of the mark price; a simplification of the venue's limits. */
const PRICE_RATIO = '0.15';

function checkPrice(market: Market, price: Decimal, name: string): Refusal | undefined {
  if (price.lte(0) || price.gt(market.spec.maxPrice)) return refusals.priceOutOfRange();
  return price.mod(market.tickSize).isZero() ? undefined : refusals.badParameter(name);
}

function checkQuantity(market: Market, quantity: Decimal, isMarket: boolean): Refusal | undefined {
  const { spec, stepSize } = market;
  const off = quantity.lt(stepSize) || !quantity.mod(stepSize).isZero();
  return off || quantity.gt(isMarket ? spec.marketMaxQty : spec.maxQty) ? refusals.badParameter('qty') : undefined;
}

const checkNotional = (market: Market, value: Decimal, reduceOnly: boolean): Refusal | undefined =>
  !reduceOnly && value.lt(market.spec.minNotional) ? refusals.notionalTooLow() : undefined;

function checkOrder(market: Market, request: OrderRequest): Refusal | undefined {
  const { price, quantity, side, reduceOnly } = request;
  const mark = markPrice(market);
  const far =
    price !== undefined &&
    (side === 'BUY' ? price.gt(mark.plus(mark.times(PRICE_RATIO))) : price.lt(mark.minus(mark.times(PRICE_RATIO))));
  return (
    (price === undefined ? undefined : checkPrice(market, price, 'price')) ??
    checkQuantity(market, quantity, request.type === 'MARKET') ??
    (far ? refusals.priceOutOfRange() : undefined) ??
    checkNotional(market, quantity.times(price ?? mark), reduceOnly)
  );
}

function checkConditional(market: Market, request: AlgoRequest): Refusal | undefined {
  const { triggerPrice, price, quantity, reduceOnly } = request;
  return (
    checkPrice(market, triggerPrice, 'triggerPrice') ??
    (price === undefined ? undefined : checkPrice(market, price, 'price')) ??
    checkQuantity(market, quantity, price === undefined) ??
    checkNotional(market, quantity.times(price ?? triggerPrice), reduceOnly)
  );
}

const rules = (): Rules => ({
  checkClientId: (id) => (linkIds.test(id) ? undefined : refusals.badParameter('orderLinkId')),
  checkSymbolStatus: (market) => (market.status === 'TRADING' ? undefined : refusals.notLive()),
  checkPositionSide: (account, request) =>
    account.hedge === (request.positionSide !== 'BOTH') ? undefined : refusals.positionModeMismatch(),
  checkOrder,
  checkConditional,
  badSymbol: refusals.badSymbol,
  duplicateClientId: refusals.duplicateLinkId,
  wouldTrigger: refusals.expectRising,
  nothingToReduce: refusals.nothingToReduce,
  tooManyOpen: refusals.tooManyActive,
  tooManyConditional: refusals.tooManyConditional,
  insufficientFunds: refusals.insufficientBalance,
  wouldTake: refusals.wouldTake,
  wouldRest: refusals.wouldRest,
  unknownOrder: refusals.noSuchOrder,
});

/** Bybit's linear perpetuals: 500 active and 10 conditional orders per symbol and account, apart from each other. */
export const bybitProfile: VenueProfile<BybitSwitches> = {
  symbols: bybitSymbols,
  switches: bybitSwitches,
  caps: { openPerSymbol: 500, conditionalPerAccount: Number.POSITIVE_INFINITY, conditionalPerSymbol: 10 },
  fees: { maker: '0.0002', taker: '0.00055' },
  defaultLeverage: 10,
  settlement: perpetual,
  rules,
};

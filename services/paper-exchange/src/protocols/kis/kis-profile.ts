import type { Decimal } from 'decimal.js';
import type { Refusal } from '../../matching/refusal.ts';
import type { VenueProfile } from '../../matching/venue.ts';
import { cashStocks } from './cash-stocks.ts';
import { refusals } from './refusals.ts';
import { dayLimits, kisSymbols, stockOf, tickAt } from './stocks.ts';
import { type KisSwitches, kisSwitches } from './switches.ts';

function checkPrice(code: string, price: Decimal | undefined): Refusal | undefined {
  const stock = stockOf(code);
  if (stock === undefined) return refusals.noStock();
  if (price === undefined) return undefined;
  if (price.lte(0) || !price.mod(tickAt(stock, price)).isZero()) return refusals.offTick();
  const { up, down } = dayLimits(stock);
  return price.gt(up) || price.lt(down) ? refusals.beyondDayLimits() : undefined;
}

const checkQuantity = (quantity: Decimal): Refusal | undefined =>
  quantity.isInteger() && quantity.gt(0) ? undefined : refusals.badQuantity();

/** KIS states no bound of open orders. */
const MANY = 100_000;

/** Korean stocks, whole shares for cash. */
export const kisProfile: VenueProfile<KisSwitches> = {
  symbols: kisSymbols,
  switches: kisSwitches,
  caps: { openPerSymbol: MANY, conditionalPerAccount: MANY, conditionalPerSymbol: MANY },
  fees: { maker: '0', taker: '0' },
  defaultLeverage: 1,
  settlement: cashStocks,
  rules: () => ({
    // Ids of clients do not exist here; what stands in the matching is made up.
    checkClientId: () => undefined,
    checkSymbolStatus: (market) => (market.status === 'TRADING' ? undefined : refusals.notTradable()),
    checkPositionSide: () => undefined,
    checkOrder: (_market, order) => checkQuantity(order.quantity) ?? checkPrice(order.symbol, order.price),
    checkConditional: (_market, order) =>
      checkQuantity(order.quantity) ??
      checkPrice(order.symbol, order.price) ??
      checkPrice(order.symbol, order.triggerPrice),
    badSymbol: refusals.noStock,
    duplicateClientId: refusals.failed,
    wouldTrigger: refusals.beyondDayLimits,
    nothingToReduce: refusals.nothingToSell,
    tooManyOpen: refusals.failed,
    tooManyConditional: refusals.failed,
    insufficientFunds: refusals.cash,
    wouldTake: refusals.failed,
    wouldRest: refusals.failed,
    unknownOrder: refusals.nothingToCancel,
  }),
};

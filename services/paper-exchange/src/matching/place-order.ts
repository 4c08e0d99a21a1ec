import type { Decimal } from 'decimal.js';
import { acceptOrder } from './accept-order.ts';
import { endOrder, rest } from './book.ts';
import { checkOpenCap } from './caps.ts';
import { isDuplicateId } from './client-id.ts';
import { fillOrder } from './fill.ts';
import type { AlgoOrder, Order, OrderRequest, PositionSide, Side } from './order.ts';
import { isOpen, remaining } from './order.ts';
import { closable, isReducing } from './position.ts';
import type { Refusal } from './refusal.ts';
import type { Account, Market, Venue } from './venue.ts';

/** An order that may only close needs something to close. */
export function checkReducing(
  venue: Venue,
  account: Account,
  request: { symbol: string; side: Side; positionSide: PositionSide; reduceOnly: boolean; quantity: Decimal },
): Refusal | undefined {
  if (!isReducing(request)) return undefined;
  const open = closable(account, request.symbol, request.positionSide, request.side);
  const beyond = venue.switches.reduceOnlyBeyondPosition === 'refuse' && request.quantity.gt(open);
  return open.isZero() || beyond ? venue.rules.nothingToReduce() : undefined;
}

/** Would it take? Equal to the last price counts, because the last price is all the depth there is. */
const crosses = (market: Market, side: Side, price: Decimal | undefined): boolean =>
  price === undefined || (side === 'BUY' ? price.gte(market.last) : price.lte(market.last));

/** What depends on the book and the wallet of this moment, after everything that depends on the request alone. */
function judge(venue: Venue, account: Account, market: Market, request: OrderRequest): Refusal | undefined {
  const immediate = crosses(market, request.side, request.price);
  if (request.timeInForce === 'GTX' && immediate) return venue.rules.wouldTake();
  if (request.timeInForce === 'FOK' && !immediate) return venue.rules.wouldRest();
  const neverRests = request.type === 'MARKET' || request.timeInForce === 'IOC' || request.timeInForce === 'FOK';
  if (!neverRests || venue.switches.capAppliesToImmediate) {
    const full = checkOpenCap(venue, account, request.symbol);
    if (full) return full;
  }
  if (venue.switches.marginCheck && !venue.settlement.suffices(venue, account, request)) {
    return venue.rules.insufficientFunds();
  }
  return undefined;
}

/** What speaks against a plain order at this moment, in the order in which the venue looks; undefined when nothing does. */
export function judgeOrder(venue: Venue, account: Account, request: OrderRequest): Refusal | undefined {
  const market = venue.markets.get(request.symbol);
  if (market === undefined) return venue.rules.badSymbol();
  const { clientOrderId } = request;
  const duplicate = (): Refusal | undefined =>
    clientOrderId !== undefined && isDuplicateId(account, venue.switches, clientOrderId, request.symbol, 'order')
      ? venue.rules.duplicateClientId()
      : undefined;
  const first = venue.switches.duplicateCheck === 'first';
  return (
    (clientOrderId === undefined ? undefined : venue.rules.checkClientId(clientOrderId)) ??
    (first ? duplicate() : undefined) ??
    venue.rules.checkSymbolStatus(market) ??
    venue.rules.checkPositionSide(account, request) ??
    venue.rules.checkOrder(market, request) ??
    checkReducing(venue, account, request) ??
    judge(venue, account, market, request) ??
    (first ? undefined : duplicate())
  );
}

/** Judges and executes a plain order as the venue does: the order as it stands afterwards, or why not. */
export function placeOrder(venue: Venue, account: Account, request: OrderRequest, now: number): Order | Refusal {
  const refused = judgeOrder(venue, account, request);
  if (refused) return refused;
  return enterBook(venue, account, venue.markets.get(request.symbol)!, request, now);
}

/**
 * Puts a judged order into the book: what crosses the last price takes it at once, the rest waits. `released` is the
 * conditional order it comes from.
 */
export function enterBook(
  venue: Venue,
  account: Account,
  market: Market,
  request: OrderRequest,
  now: number,
  released?: AlgoOrder,
): Order {
  const order = acceptOrder(venue, account, request, now, { released });
  if (crosses(market, order.side, order.price)) {
    fillOrder(venue, account, order, remaining(order), market.last, false, now);
  }
  if (!isOpen(order)) return order;
  if (order.type === 'MARKET' || order.timeInForce === 'IOC' || order.timeInForce === 'FOK') {
    endOrder(venue, account, order, 'EXPIRED', now, 2);
  } else {
    rest(venue, account, order);
  }
  return order;
}

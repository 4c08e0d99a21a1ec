import type { Decimal } from 'decimal.js';
import { madeUpClientId } from './accept-order.ts';
import { addWaiting, endAlgo, takeWaiting } from './book.ts';
import { checkConditionalCap } from './caps.ts';
import { isDuplicateId } from './client-id.ts';
import { entryAt } from './entry-at.ts';
import type { AlgoOrder, AlgoRequest, ConditionalType, OrderRequest, Side } from './order.ts';
import { checkReducing, enterBook } from './place-order.ts';
import { closable } from './position.ts';
import { noteAcceptedId } from './record.ts';
import type { Refusal } from './refusal.ts';
import { type Account, type Market, markPrice, type Venue } from './venue.ts';

/** A stop waits for the price to go its way, a take-profit for the price to come back. */
export function isTriggered(type: ConditionalType, side: Side, triggerPrice: Decimal, price: Decimal): boolean {
  const stop = type === 'STOP' || type === 'STOP_MARKET';
  return (side === 'BUY') === stop ? price.gte(triggerPrice) : price.lte(triggerPrice);
}

const watchedPrice = (market: Market, workingType: AlgoRequest['workingType']): Decimal =>
  workingType === 'MARK_PRICE' ? markPrice(market) : market.last;

/** What speaks against a conditional order. There is no margin check before it triggers. */
export function judgeAlgo(venue: Venue, account: Account, request: AlgoRequest): Refusal | undefined {
  const market = venue.markets.get(request.symbol);
  if (market === undefined) return venue.rules.badSymbol();
  const { clientAlgoId, symbol } = request;
  const duplicate = (): Refusal | undefined =>
    clientAlgoId !== undefined && isDuplicateId(account, venue.switches, clientAlgoId, symbol, 'algo')
      ? venue.rules.duplicateClientId()
      : undefined;
  const first = venue.switches.duplicateCheck === 'first';
  const triggersNow = isTriggered(
    request.type,
    request.side,
    request.triggerPrice,
    watchedPrice(market, request.workingType),
  );
  return (
    (clientAlgoId === undefined ? undefined : venue.rules.checkClientId(clientAlgoId)) ??
    (first ? duplicate() : undefined) ??
    venue.rules.checkSymbolStatus(market) ??
    venue.rules.checkPositionSide(account, request) ??
    venue.rules.checkConditional(market, request) ??
    (triggersNow ? venue.rules.wouldTrigger() : undefined) ??
    (venue.switches.stopReduceOnlyCheckedAt === 'placing' ? checkReducing(venue, account, request) : undefined) ??
    checkConditionalCap(venue, account, symbol) ??
    (first ? undefined : duplicate())
  );
}

/** Judges a conditional order and lets it wait. */
export function placeAlgo(venue: Venue, account: Account, request: AlgoRequest, now: number): AlgoOrder | Refusal {
  const refused = judgeAlgo(venue, account, request);
  if (refused) return refused;
  const { clientAlgoId } = request;
  const algoId = request.algoId ?? venue.nextAlgoId++;
  const algo: AlgoOrder = {
    ...request,
    algoId,
    account: account.name,
    clientAlgoId: clientAlgoId ?? madeUpClientId(algoId),
    createTime: now,
    status: 'NEW',
    updateTime: now,
    triggerTime: 0,
    actual: undefined,
    visibleAt: 0,
    history: [{ at: now, what: 'accepted', status: 'NEW' }],
  };
  account.algos.set(algoId, algo);
  entryAt(account.algosByClientId, algo.clientAlgoId, () => []).push(algo);
  venue.record.algos.push(algo);
  noteAcceptedId(venue.record, account.name, algo.clientAlgoId);
  addWaiting(venue, account, algo);
  venue.tell({ type: 'algo', account, algo, status: 'NEW', reason: '', at: now });
  return algo;
}

/** Has the market reached the trigger? */
export const isDue = (market: Market, algo: AlgoOrder): boolean =>
  isTriggered(algo.type, algo.side, algo.triggerPrice, watchedPrice(market, algo.workingType));

/**
 * Releases a conditional order into the book as an order with an id of its own. Margin and reduce-only are judged now;
 * what fails them ends as REJECTED and never gets an order id.
 */
export function triggerAlgo(venue: Venue, account: Account, market: Market, algo: AlgoOrder, now: number): void {
  algo.triggerTime = now;
  venue.tell({ type: 'algo', account, algo, status: 'TRIGGERING', reason: '', at: now });
  const quantity = algo.closePosition ? closable(account, algo.symbol, algo.positionSide, algo.side) : algo.quantity;
  const isMarket = algo.type === 'STOP_MARKET' || algo.type === 'TAKE_PROFIT_MARKET';
  const request: OrderRequest = {
    symbol: algo.symbol,
    side: algo.side,
    positionSide: algo.positionSide,
    type: isMarket ? 'MARKET' : 'LIMIT',
    timeInForce: algo.timeInForce,
    quantity,
    price: isMarket ? undefined : algo.price,
    reduceOnly: algo.reduceOnly || (algo.closePosition && !account.hedge),
    clientOrderId: venue.switches.triggeredOrderClientId === 'same' ? algo.clientAlgoId : undefined,
  };
  // What it kept back while it waited is its own to spend.
  takeWaiting(venue, account, algo);
  const refused =
    checkReducing(venue, account, request) ??
    (venue.switches.marginCheck && !venue.settlement.suffices(venue, account, request)
      ? venue.rules.insufficientFunds()
      : undefined);
  if (refused) {
    endAlgo(venue, account, algo, algo.closePosition ? 'EXPIRED' : 'REJECTED', now, refused.msg);
    return;
  }
  algo.status = 'TRIGGERED';
  algo.updateTime = now;
  algo.history.push({ at: now, what: 'triggered', status: 'TRIGGERED' });
  enterBook(venue, account, market, request, now, algo);
}

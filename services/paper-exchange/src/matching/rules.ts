import type { AlgoRequest, OrderRequest } from './order.ts';
import type { Refusal } from './refusal.ts';
import type { Account, Market } from './venue.ts';

/**
 * What a venue asks of an order by itself, and the words in which it declines: the matching decides that, the venue's
 * protocol says how. A check answers undefined when there is nothing against the order.
 */
export interface Rules {
  checkClientId(id: string): Refusal | undefined;
  /** Does the market take new orders? Cancels are never asked. */
  checkSymbolStatus(market: Market): Refusal | undefined;
  /** Does the order suit the account's position mode? */
  checkPositionSide(account: Account, request: Pick<OrderRequest, 'positionSide' | 'reduceOnly'>): Refusal | undefined;
  checkOrder(market: Market, request: OrderRequest): Refusal | undefined;
  checkConditional(market: Market, request: AlgoRequest): Refusal | undefined;
  badSymbol(): Refusal;
  duplicateClientId(): Refusal;
  /** A conditional order whose price has been reached already. */
  wouldTrigger(): Refusal;
  nothingToReduce(): Refusal;
  tooManyOpen(): Refusal;
  tooManyConditional(): Refusal;
  insufficientFunds(): Refusal;
  /** Post-only that would take. */
  wouldTake(): Refusal;
  /** Fill-or-kill that would rest. */
  wouldRest(): Refusal;
  /** A cancel of what is not open. */
  unknownOrder(): Refusal;
}

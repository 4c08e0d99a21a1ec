import type { Decimal } from 'decimal.js';
import { isDue, triggerAlgo } from './algo-order.ts';
import { fillOrder } from './fill.ts';
import { isOpen, type Order, remaining } from './order.ts';
import type { Market, Venue } from './venue.ts';

function isReached(venue: Venue, market: Market, order: Order): boolean {
  if (order.price === undefined) return false;
  const touch = venue.switches.restingFillsOn === 'touch';
  if (order.side === 'BUY') return touch ? market.last.lte(order.price) : market.last.lt(order.price);
  return touch ? market.last.gte(order.price) : market.last.gt(order.price);
}

/**
 * Moves the last price (and the mark price, which follows it unless given) and does what the move causes: resting
 * orders it reaches fill as maker at their own price, conditional orders it reaches trigger.
 */
export function movePrice(venue: Venue, market: Market, last: Decimal, mark: Decimal | undefined, now: number): void {
  market.last = last;
  market.ownMark = mark;
  venue.tell({ type: 'price', market, at: now });
  // Copies: fills and triggers change the maps they walk over.
  for (const order of [...market.book.values()]) {
    const account = venue.accounts.get(order.account);
    // A fill before it in this loop can have ended a reduce-only order.
    if (account === undefined || !isOpen(order) || !isReached(venue, market, order)) continue;
    fillOrder(venue, account, order, remaining(order), order.price ?? last, true, now);
  }
  for (const algo of [...market.waiting.values()]) {
    const account = venue.accounts.get(algo.account);
    if (account !== undefined && algo.status === 'NEW' && isDue(market, algo)) {
      triggerAlgo(venue, account, market, algo, now);
    }
  }
}

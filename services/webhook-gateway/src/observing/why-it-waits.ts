import type { OrderRow } from '../db/read-orders.ts';

/** Why an order waits with us and what would let it go; null for one that does not wait. `now` in ms since the epoch. */
export function whyItWaits(order: OrderRow, now: number): string | null {
  if (order.state !== 'pending') return null;
  if (order.hold !== null) return order.hold;
  if (order.marketStatus === 'cancel_only') return `${order.symbol} is cancel-only`;
  if (order.marketStatus === 'closed') return `${order.symbol} is closed`;
  if (order.opensAt !== null && order.opensAt.getTime() > now) {
    return `${order.venue} is closed; it opens at ${order.opensAt.toISOString()}`;
  }
  if (order.retryAt !== null && order.retryAt.getTime() > now) {
    const seconds = Math.ceil((order.retryAt.getTime() - now) / 1_000);
    return `retry in ${seconds} s after ${order.failureType ?? 'a failure'}`;
  }
  if (order.closedUntil !== null && order.closedUntil.getTime() > now) {
    return `rate limit: the exchange takes nothing before ${order.closedUntil.toISOString()}`;
  }
  if (order.type === 'MARKET') return 'an earlier order of this symbol is being sent';
  // Chosen by the last plan and not sent by it: the plan that sends it comes when there is room.
  if (order.wanted === 'live')
    return 'its turn: it leaves with room in the rate limits or the place that is being freed';
  const parts = [`rank ${order.rank ?? '?'}`];
  if (order.openLimit !== null) parts.push(`limit ${order.openLimit}`);
  if (order.foreignOpen) parts.push(`${order.foreignOpen} of it taken by orders that are not ours`);
  if (order.type !== 'LIMIT') {
    if (order.conditionalLimit !== null) parts.push(`stop orders ${order.conditionalLimit}`);
    if (order.accountConditionalLimit !== null)
      parts.push(`stop orders of the account ${order.accountConditionalLimit}`);
  }
  return parts.join(', ');
}

import { inWords, type Notification, type Saying } from '@sluice/contracts';
import type { DayOrder } from '@sluice/exchange';
import type { Order } from '../db/order-row.ts';
import type { Denial } from '../orders/order.ts';

/**
 * An order that failed before it was planned: it has no row of its own. None for what a person has halted: who stopped it
 * knows, and every alert would tell it again.
 */
export function deniedMessage(
  of: {
    alertId: string;
    strategy: string;
    account: string;
    symbol: string | null;
    orderIndex: number;
    failureType: Denial;
    message: string;
    opening?: { exchange: string; at: number } | undefined;
  },
  now: number,
): Notification[] {
  if (of.failureType === 'halted') return [];
  const order = {
    key: `alert:${of.alertId}:${of.account}:${of.orderIndex}`,
    at: new Date(now).toISOString(),
    strategy: of.strategy,
    account: of.account,
    symbol: of.symbol,
    orderId: null,
  };
  if (of.failureType === 'market_closed') {
    const { exchange = '', at = now } = of.opening ?? {};
    return [{ kind: 'market_closed', ...order, exchange, opensAt: new Date(at).toISOString() }];
  }
  return [{ kind: 'order_failed', ...order, failureType: of.failureType, detail: of.message }];
}

/** All orders of an account failed because their plan did. */
export function verdictMessage(
  of: { alertId: string; strategy: string; account: string; reason: string },
  now: number,
): Notification {
  return {
    kind: 'order_failed',
    key: `alert:${of.alertId}:${of.account}`,
    at: new Date(now).toISOString(),
    strategy: of.strategy,
    account: of.account,
    symbol: null,
    orderId: null,
    failureType: 'unknown',
    ...inWords({ code: 'plan_failed', reason: of.reason }),
  };
}

/** A placement that only a person can tell of: none of the day's orders can be it, or several. */
export function unmatchedMessage(order: Order, candidates: readonly DayOrder[], now: number): Notification {
  const attempt = order.attempt!;
  return {
    kind: 'order_unmatched',
    key: `order:${order.id}`,
    at: new Date(now).toISOString(),
    strategy: order.strategy,
    account: order.account,
    symbol: order.symbol,
    orderId: order.id,
    side: order.side,
    quantity: attempt.request.quantity,
    price: attempt.request.price,
    sentAt: new Date(attempt.notedAt ?? now).toISOString(),
    candidates: candidates.map(({ exchangeOrderId }) => exchangeOrderId),
  };
}

/** An order ended as failed, rejected or expired; `words` say why. */
export function orderMessage(
  order: Order,
  kind: 'order_failed' | 'order_expired',
  words: { detail: string; said?: Saying },
  now: number,
): Notification {
  const of = {
    key: `order:${order.id}`,
    at: new Date(now).toISOString(),
    strategy: order.strategy,
    account: order.account,
    symbol: order.symbol,
    orderId: order.id,
    ...words,
  };
  return kind === 'order_expired' ? { kind, ...of } : { kind, ...of, failureType: order.failure?.type ?? 'unknown' };
}

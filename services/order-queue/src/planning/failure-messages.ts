import { inWords, type Notification, type Saying } from '@sluice/contracts';
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
  },
  now: number,
): Notification[] {
  if (of.failureType === 'halted') return [];
  const message: Notification = {
    kind: 'order_failed',
    key: `alert:${of.alertId}:${of.account}:${of.orderIndex}`,
    at: new Date(now).toISOString(),
    strategy: of.strategy,
    account: of.account,
    symbol: of.symbol,
    orderId: null,
    failureType: of.failureType,
    detail: of.message,
  };
  return [message];
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

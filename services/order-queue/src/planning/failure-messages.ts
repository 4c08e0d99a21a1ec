import type { FailureType, Notification } from '@sluice/contracts';
import type { Order } from '../db/order-row.ts';

/** An order that failed before it was planned: it has no row of its own. */
export function deniedMessage(
  of: {
    alertId: string;
    strategy: string;
    account: string;
    symbol: string | null;
    orderIndex: number;
    failureType: FailureType;
    message: string;
  },
  now: number,
): Notification {
  return {
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
    detail: of.reason,
  };
}

/** An order ended as failed, rejected or expired. */
export function orderMessage(
  order: Order,
  kind: 'order_failed' | 'order_expired',
  detail: string,
  now: number,
): Notification {
  const of = {
    key: `order:${order.id}`,
    at: new Date(now).toISOString(),
    strategy: order.strategy,
    account: order.account,
    symbol: order.symbol,
    orderId: order.id,
    detail,
  };
  return kind === 'order_expired' ? { kind, ...of } : { kind, ...of, failureType: order.failure?.type ?? 'unknown' };
}

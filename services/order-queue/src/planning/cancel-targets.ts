import type { AlertOrder } from '@sluice/contracts';
import type { ReferencedOrder } from '../db/cancel-targets.ts';
import type { WorkingSet } from './working-set.ts';

/** A CANCEL or CANCEL_ALL_ORDER of an alert for one account, and the orders it means there. */
export type CancelTarget = {
  order: AlertOrder;
  /** The pair it works on; null when its order is not on this account. */
  symbol: string | null;
  ids: number[];
  error: string | null;
};

export function isCancel(order: AlertOrder): boolean {
  return order.type === 'CANCEL' || order.type === 'CANCEL_ALL_ORDER';
}

/** True for a cancel that names one order; every other means all orders of its symbol and side. */
export function isByReference(order: AlertOrder): boolean {
  return order.type === 'CANCEL' && order.orderId !== null;
}

/** What a CANCEL by id means on one account. Two different orders with that id are refused with both named. */
export function referencedTarget(order: AlertOrder, account: string, matches: ReferencedOrder[]): CancelTarget {
  const [match, other] = matches;
  const none = { order, symbol: null, ids: [] };
  if (match === undefined)
    return { ...none, error: `not found: no order of this strategy has the id ${order.orderId}` };
  if (other !== undefined) {
    return {
      ...none,
      error: `ambiguous: ${order.orderId} is the id of the orders ${matches.map((m) => m.id).join(' and ')}`,
    };
  }
  if (match.account !== account) return { ...none, error: null };
  return { order, symbol: match.symbol, ids: match.ended ? [] : [match.id], error: null };
}

/** Orders that a cancel means are wanted gone; the plan takes them off the exchange or ends them here. */
export function applyCancels(working: WorkingSet, targets: CancelTarget[], alertId: string): void {
  for (const target of targets) {
    for (const id of target.ids) {
      const order = working.get(id);
      if (order === undefined || order.wanted === 'gone') continue;
      order.wanted = 'gone';
      order.cancelAlert = alertId;
      working.note(order, 'cancel_wanted', alertId);
    }
  }
}

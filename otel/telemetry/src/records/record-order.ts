import { counter } from '../metrics.ts';
import { writeWideRecord } from './wide-record.ts';

const orders = counter('sluice.order.outcome', { description: 'Changes of orders, by outcome and failure type' });

export type OrderRecord = {
  orderId: number;
  strategy: string;
  account: string;
  symbol: string;
  /** The event's name: sent, filled, retry, failed and so on, as in docs/order-lifecycle.md. */
  outcome: string;
  attempt: number;
  alertId: string;
  exchangeOrderId?: string | undefined;
  failureType?: string | undefined;
  error?: string | undefined;
};

/** One per order whose state an outcome changed. */
export function recordOrder(order: OrderRecord): void {
  const { orderId, strategy, account, symbol, outcome, failureType, error } = order;
  orders.add(1, failureType === undefined ? { outcome } : { outcome, failure_type: failureType });
  writeWideRecord(
    {
      event: 'order',
      // That an order reached the exchange stands in the send already.
      level: outcome === 'sent' || outcome === 'partly_filled' ? 'debug' : 'info',
      text:
        `order ${orderId} of ${strategy} on ${account} ${symbol}: ${outcome.replaceAll('_', ' ')}` +
        `${failureType === undefined ? '' : ` (${failureType}${error === undefined ? '' : `: ${error}`})`}`,
      fields: {
        order_id: orderId,
        strategy,
        account,
        symbol,
        outcome,
        attempt: order.attempt,
        alert_id: order.alertId,
        exchange_order_id: order.exchangeOrderId,
        failure_type: failureType,
        error,
      },
    },
    recordOrder,
  );
}

import type { PlaceOrder } from '@sluice/exchange';
import type { ContextCarrier } from '@sluice/telemetry';
import type { Order } from '../db/order-row.ts';

/** One thing to do on the wire for one attempt, claimed by this process. */
export type SendTask = {
  action: 'place' | 'cancel' | 'find';
  orderId: number;
  attempt: number;
  fence: number;
  strategy: string;
  account: string;
  symbol: string;
  conditional: boolean;
  /** What a stop is known to have become. */
  triggeredOrderId: string | null;
  /** MARKET and cancels go before everything else of the account. */
  immediate: boolean;
  request: PlaceOrder;
  /** A MARKET order is not put on the wire after this, ms since the epoch. */
  sendBefore: number | null;
  /** ms since the epoch. */
  signedAt: number;
  /** A look-up that the list of open orders has not answered. */
  listed?: true;
  /** Baggage and trace of what decided this, so that what is logged while sending carries its tag. */
  carrier: ContextCarrier;
};

/** The task of an order whose current attempt is claimed. */
export function sendTaskOf(order: Order, carrier: ContextCarrier): SendTask {
  const attempt = order.attempt!;
  return {
    action: attempt.action!,
    orderId: order.id,
    attempt: attempt.number,
    fence: attempt.fence,
    strategy: order.strategy,
    account: order.account,
    symbol: order.symbol,
    conditional: attempt.conditional,
    triggeredOrderId: attempt.triggeredOrderId,
    immediate: order.type === 'MARKET' || attempt.action === 'cancel',
    request: attempt.request,
    sendBefore: order.sendBefore,
    signedAt: attempt.signedAt!,
    carrier,
  };
}

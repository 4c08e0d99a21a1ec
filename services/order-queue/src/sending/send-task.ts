import type { PlaceOrder } from '@sluice/exchange';
import type { ContextCarrier } from '@sluice/telemetry';
import type { Order } from '../db/order-row.ts';

/** How long the exchange may accept a signed request after its timestamp: what leaves later is refused by it. */
export const RECEIVE_WINDOW_MS = 3_000;
/** Binance answers a request at most 10 s after it arrived (-1007), so nothing can appear later than this. */
export const SERVER_TIMEOUT_MS = 10_000;
/** After this long since the signed instant a request can no longer take effect. */
export const CLAIM_MS = RECEIVE_WINDOW_MS + SERVER_TIMEOUT_MS;
/** A claim this old is renewed before it is sent, so that most of the receive window is left for the wire. */
export const RENEW_CLAIM_AFTER_MS = 1_000;

/** One thing to do on the wire for one attempt, claimed by this process. */
export type SendTask = {
  action: 'place' | 'cancel' | 'find';
  orderId: number;
  attempt: number;
  fence: number;
  account: string;
  symbol: string;
  conditional: boolean;
  /** MARKET and cancels go before everything else of the account. */
  immediate: boolean;
  request: PlaceOrder;
  /** A MARKET order is not put on the wire after this, ms since the epoch. */
  sendBefore: number | null;
  /** ms since the epoch. */
  signedAt: number;
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
    account: order.account,
    symbol: order.symbol,
    conditional: attempt.conditional,
    immediate: order.type === 'MARKET' || attempt.action === 'cancel',
    request: attempt.request,
    sendBefore: order.sendBefore,
    signedAt: attempt.signedAt!,
    carrier,
  };
}

import type { VenueName } from '@sluice/contracts';
import type { PlaceOrder } from '@sluice/exchange';
import type { ContextCarrier } from '@sluice/telemetry';
import type { ClaimedAttempt } from '../db/claims.ts';
import type { Order } from '../db/order-row.ts';

/** One thing to do on the wire for one attempt, claimed by this process. */
export type SendTask = {
  action: 'place' | 'cancel' | 'find';
  orderId: number;
  attempt: number;
  fence: number;
  strategy: string;
  account: string;
  venue: VenueName;
  symbol: string;
  conditional: boolean;
  /** The exchange's own id, once it is known. */
  exchangeOrderId: string | null;
  /** The venue's orders of the day as noted right before it left, and when; only to tell a lost placement by. */
  noted: { numbers: ReadonlySet<string>; at: number } | null;
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
    venue: order.venue,
    symbol: order.symbol,
    conditional: attempt.conditional,
    exchangeOrderId: attempt.exchangeOrderId,
    noted: null,
    triggeredOrderId: attempt.triggeredOrderId,
    immediate: order.type === 'MARKET' || attempt.action === 'cancel',
    request: attempt.request,
    sendBefore: order.sendBefore,
    signedAt: attempt.signedAt!,
    carrier,
  };
}

/** The task of an attempt that was taken from the database. */
export function claimedTask(attempt: ClaimedAttempt, now: number): SendTask {
  return {
    action: attempt.action,
    orderId: attempt.orderId,
    attempt: attempt.attempt,
    fence: attempt.fence,
    strategy: attempt.strategy,
    account: attempt.account,
    venue: attempt.venue,
    symbol: attempt.symbol,
    conditional: attempt.conditional,
    exchangeOrderId: attempt.exchangeOrderId,
    noted:
      attempt.noted === null || attempt.notedAt === null
        ? null
        : { numbers: new Set(attempt.noted), at: attempt.notedAt.getTime() },
    triggeredOrderId: attempt.triggeredOrderId,
    immediate: attempt.type === 'MARKET' || attempt.action === 'cancel',
    request: attempt.request,
    sendBefore: attempt.sendBefore?.getTime() ?? null,
    signedAt: attempt.signedAt?.getTime() ?? now,
    carrier: attempt.carrier ?? {},
  };
}

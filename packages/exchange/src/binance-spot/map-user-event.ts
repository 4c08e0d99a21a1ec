import { isNamed, type Named, parseFrame } from '../binance/parse-frame.ts';
import type { StreamFrame } from '../ccxt/user-stream.ts';
import { mapFill } from './map-fill.ts';
import { mapOrder } from './map-order.ts';

/**
 * Reads one frame of the WebSocket API: the answer to the subscription (an id and a status), or an event of the
 * account, whose `executionReport` has the order's whole state and its last execution.
 */
export function mapUserEvent(frame: string, toCanonical: (venueSymbol: string) => string): StreamFrame | null {
  const message = parseFrame(frame);
  if (message === undefined) return { kind: 'unreadable' };
  if ('status' in message) return subscriptionAnswer(message);
  const { event } = message;
  if (!isNamed(event)) return { kind: 'unreadable' };
  switch (event.e) {
    case 'executionReport':
      return orderEvent(event, toCanonical);
    case 'eventStreamTerminated':
      return { kind: 'ended', reason: 'the exchange ended the subscription' };
    case 'serverShutdown':
      return { kind: 'ended', reason: 'the exchange is restarting' };
    default:
      return null;
  }
}

function subscriptionAnswer({ status, error }: Named): StreamFrame {
  if (status === 200) return { kind: 'subscribed' };
  const why = isNamed(error) ? `${String(error.code)}: ${String(error.msg)}` : `status ${String(status)}`;
  return { kind: 'ended', reason: `the exchange refused the subscription (${why})` };
}

function orderEvent(order: Named, toCanonical: (venueSymbol: string) => string): StreamFrame {
  // A cancel has an id of its own, and the order's is beside it.
  const clientOrderId = order.C || order.c;
  const report = mapOrder(
    {
      orderId: order.i,
      clientOrderId,
      symbol: order.s,
      side: order.S,
      type: order.o,
      status: order.X,
      origQty: order.q,
      price: order.p,
      stopPrice: order.P,
      executedQty: order.z,
      cummulativeQuoteQty: order.Z,
      isWorking: order.w,
      updateTime: order.T,
      expiryReason: order.eR ?? (order.r === 'NONE' ? null : order.r),
    },
    toCanonical,
  );
  if (report === undefined) return { kind: 'unreadable' };
  const trade = {
    id: order.t,
    orderId: order.i,
    clientOrderId,
    symbol: order.s,
    isBuyer: order.S === 'BUY',
    isMaker: order.m,
    price: order.L,
    qty: order.l,
    commission: order.n,
    commissionAsset: order.N,
    time: order.T,
  };
  // One that cannot be read is missed by its sum, and read from the list of trades like any that was not heard.
  return { kind: 'order', report, fill: order.x === 'TRADE' ? (mapFill(trade, toCanonical) ?? null) : null };
}

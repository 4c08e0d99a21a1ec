import { isNamed, type Named, parseFrame } from '../binance/parse-frame.ts';
import type { StreamFrame } from '../ccxt/user-stream.ts';
import { mapFill } from './map-fill.ts';
import { mapAlgoOrder, mapOrder } from './map-order.ts';

/**
 * Reads one frame. Executions are told three times: in short ahead of all (`TRADE_LITE`), with the balance
 * (`ACCOUNT_UPDATE`) and with the order's whole state (`ORDER_TRADE_UPDATE`), which is the one that is used.
 */
export function mapUserEvent(frame: string, toCanonical: (venueSymbol: string) => string): StreamFrame | null {
  const message = parseFrame(frame);
  if (message === undefined) return { kind: 'unreadable' };
  switch (message.e) {
    case 'ORDER_TRADE_UPDATE':
      return isNamed(message.o) ? orderEvent(message.o, toCanonical) : { kind: 'unreadable' };
    case 'ALGO_UPDATE':
      return isNamed(message.o) ? algoEvent(message.o, message.T, toCanonical) : { kind: 'unreadable' };
    case 'listenKeyExpired':
      return { kind: 'ended', reason: 'its listen key has expired' };
    default:
      return null;
  }
}

function orderEvent(order: Named, toCanonical: (venueSymbol: string) => string): StreamFrame {
  const report = mapOrder(
    {
      orderId: order.i,
      clientOrderId: order.c,
      symbol: order.s,
      side: order.S,
      type: order.o,
      origType: order.ot,
      status: order.X,
      origQty: order.q,
      price: order.p,
      stopPrice: order.sp,
      executedQty: order.z,
      avgPrice: order.ap,
      reduceOnly: order.R,
      updateTime: order.T,
    },
    toCanonical,
    'state',
  );
  if (report === undefined) return { kind: 'unreadable' };
  const trade = {
    id: order.t,
    orderId: order.i,
    clientOrderId: order.c,
    symbol: order.s,
    side: order.S,
    price: order.L,
    qty: order.l,
    commission: order.n,
    commissionAsset: order.N,
    realizedPnl: order.rp,
    maker: order.m,
    time: order.T,
  };
  // One that cannot be read is missed by its sum, and read from the list of trades like any that was not heard.
  return { kind: 'order', report, fill: order.x === 'TRADE' ? (mapFill(trade, toCanonical) ?? null) : null };
}

function algoEvent(order: Named, at: unknown, toCanonical: (venueSymbol: string) => string): StreamFrame {
  const report = mapAlgoOrder(
    {
      algoId: order.aid,
      clientAlgoId: order.caid,
      symbol: order.s,
      side: order.S,
      orderType: order.o,
      algoStatus: order.X,
      quantity: order.q,
      price: order.p,
      triggerPrice: order.tp,
      reduceOnly: order.R,
      actualOrderId: order.ai,
      updateTime: at,
      reason: order.rm,
    },
    toCanonical,
  );
  return report === undefined ? { kind: 'unreadable' } : { kind: 'order', report, fill: null };
}

import { Decimal, type PlaceableOrderType } from '@sluice/contracts';
import { z } from 'zod';
import { amount, flag, instant, instantOrNull, plain, positiveOrNull } from '../answers/answer-fields.ts';
import type { OrderReport } from '../exchange.ts';

/** What is not there is empty text. */
const orNothing = z.preprocess((value) => (value === '' ? null : value), amount.nullish());

/** An order as `realtime`, `history` and the topic `order` show it. */
const venueOrder = z.object({
  orderId: z.string().min(1),
  orderLinkId: z.string(),
  symbol: z.string(),
  side: z.enum(['Buy', 'Sell']),
  orderType: z.string(),
  stopOrderType: z.string().nullish(),
  orderStatus: z.string(),
  rejectReason: z.string().nullish(),
  qty: amount,
  price: orNothing,
  triggerPrice: orNothing,
  cumExecQty: orNothing,
  avgPrice: orNothing,
  reduceOnly: flag.nullish(),
  updatedTime: instant.nullish(),
});

/** Reasons that say nothing of a fault: none, and that its owner wanted it. */
const noFault = new Set(['', 'EC_NoError', 'EC_PerCancelRequest']);

/** Undefined when the answer is no order: then nothing is proven by it. */
export function mapOrder(data: unknown, toCanonical: (venueSymbol: string) => string): OrderReport | undefined {
  const parsed = venueOrder.safeParse(data);
  if (!parsed.success) return undefined;
  const order = parsed.data;
  const conditional = isConditional(order.stopOrderType);
  const executed = plain(order.cumExecQty ?? '0');
  const reason = order.rejectReason ?? '';
  const status = statusOf(order.orderStatus, conditional, new Decimal(executed).isZero() && !noFault.has(reason));
  if (status === undefined) return undefined;
  const isMarket = order.orderType === 'Market';
  // A stop keeps its id through its trigger; that it has one says that it has triggered.
  const hasTriggered = conditional && (status === 'triggered' || status === 'filled' || executed !== '0');
  return {
    clientOrderId: order.orderLinkId,
    exchangeOrderId: order.orderId,
    triggeredOrderId: hasTriggered ? order.orderId : null,
    symbol: toCanonical(order.symbol),
    side: order.side === 'Buy' ? 'buy' : 'sell',
    type: typeOf(isMarket, conditional),
    conditional,
    status,
    // A MARKET order's price is the bound of its slippage.
    price: isMarket ? null : positiveOrNull(order.price),
    stopPrice: positiveOrNull(order.triggerPrice),
    quantity: plain(order.qty),
    executed,
    averagePrice: positiveOrNull(order.avgPrice),
    reduceOnly: order.reduceOnly ?? false,
    updatedAt: instantOrNull(order.updatedTime),
    ...(noFault.has(reason) ? {} : { reason }),
  };
}

/** Types we never send, such as the take-profit of a position, appear on foreign orders and wait for a price all the same. */
export function isConditional(stopOrderType: string | null | undefined): boolean {
  return stopOrderType != null && stopOrderType !== '' && stopOrderType !== 'UNKNOWN';
}

export function typeOf(isMarket: boolean, conditional: boolean): PlaceableOrderType {
  if (conditional) return isMarket ? 'STOP_MARKET' : 'STOP_LIMIT';
  return isMarket ? 'MARKET' : 'LIMIT';
}

/** `declined`: it executed nothing and the exchange names a fault, so a "Cancelled" was nobody's wish. */
function statusOf(status: string, conditional: boolean, declined: boolean): OrderReport['status'] | undefined {
  switch (status) {
    case 'New':
    case 'PartiallyFilled':
      return conditional ? 'triggered' : 'open';
    case 'Untriggered':
      return 'open';
    case 'Triggered':
      return 'triggered';
    case 'Filled':
      return 'filled';
    case 'Cancelled':
    case 'PartiallyFilledCanceled':
    case 'Deactivated':
      return declined ? 'rejected' : 'cancelled';
    case 'Rejected':
      return 'rejected';
    default:
      return undefined;
  }
}

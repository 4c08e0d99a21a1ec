import { z } from 'zod';
import type { DecimalString } from './decimal.ts';

/** The order types an alert may carry (TradingView-style body, field `order_type`). */
export const orderTypes = ['MARKET', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT', 'CANCEL', 'CANCEL_ALL_ORDER'] as const;
export type OrderType = (typeof orderTypes)[number];

/** Order types that become an order on the exchange; the two cancels only change others. */
export type PlaceableOrderType = Exclude<OrderType, 'CANCEL' | 'CANCEL_ALL_ORDER'>;
/** Types that wait for a slot; MARKET and the cancels are immediate and hold none. */
export type QueuedOrderType = Exclude<PlaceableOrderType, 'MARKET'>;

export type Side = 'buy' | 'sell';

/**
 * One order of an alert as the gateway stores it: validated in shape, not yet judged against any account.
 * Decimals are the text of the body, in plain notation.
 */
export type AlertOrder = {
  orderIndex: number;
  type: OrderType;
  /** Canonical, e.g. `BTC/USDT`; null only for a CANCEL by `order_id` without a symbol. */
  symbol: string | null;
  /** Null only where the type allows it: CANCEL by id, CANCEL_ALL_ORDER of both sides. */
  side: Side | null;
  price: DecimalString | null;
  stopPrice: DecimalString | null;
  /** Per cent of the capital allotted to the strategy on the account; of the position when reduce-only. */
  qtyPer: DecimalString | null;
  /** CANCEL only: an exchange order id or a `pending_order_id`. */
  orderId: string | null;
  reduceOnly: boolean;
};

const plainDecimal = z.string().regex(/^\d+(\.\d+)?$/, 'is not a plain decimal');

/**
 * The orders of a stored alert, as order-queue reads them back. It plans nothing that does not read like this: a damaged
 * row fails alone instead of holding up every alert behind it.
 */
export const alertOrders: z.ZodType<AlertOrder[]> = z.array(
  z.object({
    orderIndex: z.number().int().min(0),
    type: z.enum(orderTypes),
    symbol: z.string().nullable(),
    side: z.enum(['buy', 'sell']).nullable(),
    price: plainDecimal.nullable(),
    stopPrice: plainDecimal.nullable(),
    qtyPer: plainDecimal.nullable(),
    orderId: z.string().nullable(),
    reduceOnly: z.boolean(),
  }),
);

/** The public vocabulary of failures; what to do about one is the classifier's action, not part of it. */
export const failureTypes = [
  'insufficient_balance',
  'rate_limit',
  'invalid_symbol',
  'limit_exceeded',
  'network_error',
  'unknown',
] as const;
export type FailureType = (typeof failureTypes)[number];

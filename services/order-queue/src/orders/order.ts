import type { Decimal, FailureType, PlaceableOrderType, Side } from '@sluice/contracts';

/** What we want of an order: written under the pair's lock by plans and cancels, never by what the exchange says. */
export type Wanted =
  /** It should be on the exchange. */
  | 'live'
  /** It should wait with us: its rank does not reach a slot. */
  | 'parked'
  /** It should not exist any more: cancelled, or its strategy was taken out. */
  | 'gone';

/** What is known of the exchange. Plans write only the first arrow of each life; recording writes every other. */
export const orderStatuses = [
  'pending',
  'submitting',
  'open',
  'cancelling',
  'unresolved_place',
  'unresolved_cancel',
  'triggered',
  'filled',
  'cancelled',
  'rejected',
  'failed',
  'expired',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Pending orders per (account, symbol) and those that hold a slot on the exchange, or may. */
export type Pair = { account: string; symbol: string };

/** The fields a plan decides by; one row of the pair's live orders. */
export type PlannableOrder = {
  id: number;
  type: PlaceableOrderType;
  side: Side;
  /** Limit price; null for MARKET and STOP_MARKET. */
  price: Decimal | null;
  stopPrice: Decimal | null;
  reduceOnly: boolean;
  status: OrderStatus;
  wanted: Wanted;
  /** Arrival number of the alert, then the place inside it. */
  arrival: number;
  orderIndex: number;
  quantity: Decimal;
  /** Executed by all attempts so far, as far as known. */
  executed: Decimal;
  /** The attempt on the exchange has filled in part: it keeps its place. */
  partlyFilled: boolean;
  /** A retry waits until then, ms since the epoch; null when it may be sent at once. */
  retryAt: number | null;
  /** MARKET only: receipt plus maximum age, ms since the epoch. Later than that it is not sent but expires. */
  sendBefore?: number | null;
};

/**
 * Why an order was refused before it was planned. `halted`: a person has stopped its strategy or account. `market_closed`: it
 * would execute at once, and its exchange opens later.
 */
export type Denial = FailureType | 'halted' | 'market_closed';

export type FailureRecord = { type: FailureType; code: string | null; message: string };

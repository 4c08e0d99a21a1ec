import { Decimal, type DecimalString, type PlaceableOrderType, type Side } from '@sluice/contracts';

/** What was put on the wire; a `PlaceOrder` of the exchange package is one. */
type SentOrder = {
  type: PlaceableOrderType;
  side: Side;
  quantity: DecimalString;
  price: DecimalString | null;
  stopPrice: DecimalString | null;
};

/** An order of the day; a `DayOrder` of the exchange package is one. */
type Listed = {
  exchangeOrderId: string;
  type: PlaceableOrderType;
  side: Side;
  quantity: DecimalString;
  price: DecimalString | null;
  /** Null where the list does not tell it. */
  stopPrice: DecimalString | null;
  /** Exchange time, ms since the epoch. */
  placedAt: number;
};

/**
 * From the instant after which nothing was sent, no answer can come and no order can appear any more: the request is
 * given up and its connection closed 10 s after it began, and the rest is for the venue to take it in and to list it.
 * There is no receive window here that would refuse what arrives late, so the bound is generous and no proof: what is
 * not found by then is a person's to judge, and is never sent again by itself.
 */
export const LOST_AFTER_MS = 60_000;
/** How far the venue's clock may be from ours. An order of ours outside it is handed to a person, never sent twice. */
const CLOCK_MARGIN_MS = 10_000;

/**
 * Which orders of the day can be a placement whose answer was lost, on a venue that knows no id of ours: those that were
 * not there when it was about to be sent (`noted`), that are none of our others, and that are what was sent, at the time it
 * was sent.
 */
export function couldBeLost<T extends Listed>(
  sent: SentOrder,
  sentAt: number,
  day: readonly T[],
  known: { noted: ReadonlySet<string>; ours: ReadonlySet<string> },
): T[] {
  return day.filter(
    (order) =>
      !known.noted.has(order.exchangeOrderId) &&
      !known.ours.has(order.exchangeOrderId) &&
      isLike(sent, order) &&
      order.placedAt >= sentAt - CLOCK_MARGIN_MS &&
      order.placedAt <= sentAt + LOST_AFTER_MS + CLOCK_MARGIN_MS,
  );
}

/** Whether an order is what was sent; a MARKET order has no price of its own, whatever is shown for it. */
export function isLike(sent: SentOrder, order: Omit<Listed, 'exchangeOrderId' | 'placedAt'>): boolean {
  if (sent.side !== order.side || sent.type !== order.type) return false;
  if (!new Decimal(sent.quantity).eq(order.quantity)) return false;
  const { price, stopPrice } = order;
  if (sent.stopPrice !== null && stopPrice !== null && !new Decimal(sent.stopPrice).eq(stopPrice)) return false;
  return sent.price === null || (price !== null && new Decimal(sent.price).eq(price));
}

export type LostOrder =
  /** The one order it can be: it is ours from now on. */
  | { kind: 'adopt' }
  /** It never left: nothing is put on the wire before the numbers of the day are noted with the attempt. */
  | { kind: 'never_sent' }
  /** It may still be on its way, or not be listed yet. */
  | { kind: 'look_again' }
  /** Nobody but a person can tell: none like it, or several. */
  | { kind: 'person' };

/**
 * What to make of the candidates for a lost placement. One is adopted at once: were it another's, both would be alike in
 * everything but their number. None or several are a person's once nothing can appear any more.
 *
 * @param sentAt when the numbers of the day were noted, ms since the epoch; null when they never were
 * @param askedAt when the list of the day was asked for
 */
export function judgeLostOrder(candidates: number, sentAt: number | null, askedAt: number): LostOrder {
  if (sentAt === null) return { kind: 'never_sent' };
  if (candidates === 1) return { kind: 'adopt' };
  return askedAt < sentAt + LOST_AFTER_MS ? { kind: 'look_again' } : { kind: 'person' };
}

import { Decimal, type OrderType, type Side } from '@sluice/contracts';

/** What the ranking looks at. `price` and `stopPrice` as they go on the wire. */
export type Rankable = {
  id: number;
  type: OrderType;
  side: Side;
  price: Decimal | null;
  stopPrice: Decimal | null;
  arrival: number;
  orderIndex: number;
};

const priorities: Record<OrderType, number> = {
  MARKET: 1,
  CANCEL: 2,
  CANCEL_ALL_ORDER: 2,
  LIMIT: 3,
  STOP_MARKET: 4,
  STOP_LIMIT: 5,
};

const zero = new Decimal(0);

/** Lower goes first. MARKET and the cancels hold no slot: their numbers only order the sending. */
export function priorityOf(type: OrderType): number {
  return priorities[type];
}

/**
 * The price an order is ranked by; higher is better. LIMIT: a higher bid, a lower ask. STOP: a buy with the lower
 * trigger, a sell with the higher one, which are those nearest to the market.
 */
export function sortPriceOf(order: Rankable): Decimal {
  switch (order.type) {
    case 'LIMIT': {
      const price = given(order, order.price, 'price');
      return order.side === 'buy' ? price : price.neg();
    }
    case 'STOP_MARKET':
    case 'STOP_LIMIT': {
      const stop = given(order, order.stopPrice, 'stop price');
      return order.side === 'buy' ? stop.neg() : stop;
    }
    case 'MARKET':
    case 'CANCEL':
    case 'CANCEL_ALL_ORDER':
      return zero;
  }
}

/**
 * Negative when `a` ranks before `b`: priority, sort price, arrival, place in the alert. The row id comes last only so
 * that the order is total; two orders of one account never share arrival and place.
 */
export function compareRank(a: Rankable, b: Rankable): number {
  return compareKeyed({ order: a, sortPrice: sortPriceOf(a) }, { order: b, sortPrice: sortPriceOf(b) });
}

/** The orders best rank first. Prices are derived once per order, not once per comparison: a pair may hold thousands. */
export function byRank<T extends Rankable>(orders: readonly T[]): T[] {
  return orders
    .map((order) => ({ order, sortPrice: sortPriceOf(order) }))
    .sort(compareKeyed)
    .map(({ order }) => order);
}

type Keyed = { order: Rankable; sortPrice: Decimal };

function compareKeyed(a: Keyed, b: Keyed): number {
  return (
    priorities[a.order.type] - priorities[b.order.type] ||
    b.sortPrice.comparedTo(a.sortPrice) ||
    a.order.arrival - b.order.arrival ||
    a.order.orderIndex - b.order.orderIndex ||
    a.order.id - b.order.id
  );
}

function given(order: Rankable, price: Decimal | null, name: string): Decimal {
  if (price === null) throw new Error(`order ${order.id} (${order.type}) has no ${name}; it should have been refused`);
  return price;
}

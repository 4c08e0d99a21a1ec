import type { PlaceableOrderType, Side } from '@sluice/contracts';
import type { OrderStatus } from './order.ts';

/** How many slots of one pair are open only to that side or kind. */
export type Reserve = { buy: number; sell: number; conditional: number };

/** What one pair may hold of our own orders, foreign ones already taken off. */
export type Room = {
  /** Orders of all kinds. */
  open: number;
  /** Conditional ones among them. */
  conditional: number;
  /** Conditional ones of this pair that the account-wide limit leaves it; Infinity when there is none. */
  accountConditional: number;
  reserve: Reserve;
};

/** Orders counted by what the limits and the reserve look at. */
export type Held = {
  total: number;
  conditional: number;
  buy: number;
  sell: number;
  plainBuy: number;
  plainSell: number;
};

export type Countable = { type: PlaceableOrderType; side: Side; status: OrderStatus };

export const nothingHeld: Held = { total: 0, conditional: 0, buy: 0, sell: 0, plainBuy: 0, plainSell: 0 };

/**
 * Whether the order takes a conditional slot. A triggered stop has become a plain order on the book: it keeps its slot
 * of the pair and gives the conditional one back, as the exchanges count it. While such an order is cancelled it counts
 * as conditional once more: its status does not tell, and one slot too few for a moment is the safe side.
 */
export function isConditional(order: Countable): boolean {
  return (order.type === 'STOP_MARKET' || order.type === 'STOP_LIMIT') && order.status !== 'triggered';
}

/** `held` with the order added (`by` 1) or taken away (`by` -1). */
export function count(held: Held, order: Countable, by: 1 | -1 = 1): Held {
  const conditional = isConditional(order);
  const buy = order.side === 'buy';
  return {
    total: held.total + by,
    conditional: held.conditional + (conditional ? by : 0),
    buy: held.buy + (buy ? by : 0),
    sell: held.sell + (buy ? 0 : by),
    plainBuy: held.plainBuy + (buy && !conditional ? by : 0),
    plainSell: held.plainSell + (!buy && !conditional ? by : 0),
  };
}

/**
 * Whether `order` may join `held`: the pair's limits, the account-wide one and the reserve. The last two only keep
 * orders out; nothing live is ever cancelled for them. Only the sums the order adds to are looked at: a limit that is
 * exceeded already (foreign orders, another pair, a learnt cap) keeps out its own kind, not the others.
 *
 * The reserve is read as slots: so many for buys, for sells, for conditional orders, the rest for anyone. A
 * conditional buy may sit in a buy slot, a conditional slot or a general one. The orders can be seated exactly when no
 * group of them outnumbers the slots open to it; the five sums below are all the groups that can.
 */
export function fits(order: Countable, held: Held, room: Room): boolean {
  const { total, conditional, buy, sell, plainBuy, plainSell } = count(held, order);
  if (total > room.open) return false;
  const isStop = isConditional(order);
  if (isStop && (conditional > room.conditional || conditional > room.accountConditional)) return false;

  // A slot reserved beyond the conditional limit could never be used by anyone.
  const forStops = Math.min(room.reserve.conditional, room.conditional);
  const { buy: forBuys, sell: forSells } = room.reserve;
  const general = Math.max(0, room.open - forBuys - forSells - forStops);
  if (!isStop && plainBuy + plainSell > general + forBuys + forSells) return false;
  return order.side === 'buy'
    ? buy <= general + forBuys + forStops && (isStop || plainBuy <= general + forBuys)
    : sell <= general + forSells + forStops && (isStop || plainSell <= general + forSells);
}

import type { PlannableOrder } from './order.ts';
import type { PairState } from './plan.ts';

/**
 * The ranking and the walk written a second time, as slowly and plainly as possible and sharing no code with the first:
 * numbers instead of decimals, insertion instead of sort, and the reserve judged by seating every order in a slot.
 */

const priority = { MARKET: 1, LIMIT: 3, STOP_MARKET: 4, STOP_LIMIT: 5 };

function outranks(a: PlannableOrder, b: PlannableOrder): boolean {
  if (priority[a.type] !== priority[b.type]) return priority[a.type] < priority[b.type];
  const worth = (order: PlannableOrder) => {
    const stop = order.type.startsWith('STOP');
    const price = Number((stop ? order.stopPrice : order.price) ?? 0);
    if (stop) return order.side === 'buy' ? -price : price;
    return order.side === 'buy' ? price : -price;
  };
  if (worth(a) !== worth(b)) return worth(a) > worth(b);
  if (a.arrival !== b.arrival) return a.arrival < b.arrival;
  return a.orderIndex < b.orderIndex;
}

export function naiveRanking(orders: readonly PlannableOrder[]): PlannableOrder[] {
  const ranked: PlannableOrder[] = [];
  for (const order of orders) {
    const at = ranked.findIndex((other) => outranks(order, other));
    ranked.splice(at === -1 ? ranked.length : at, 0, order);
  }
  return ranked;
}

export function naiveConditional(order: PlannableOrder): boolean {
  return order.type.startsWith('STOP') && order.status !== 'triggered';
}

export function naiveHolds(order: PlannableOrder): boolean {
  return order.type !== 'MARKET' && order.status !== 'pending';
}

type Seat = 'buy' | 'sell' | 'conditional' | 'any';

/** Whether every order can have a slot of its own that is open to it: tries seats, moving the seated if need be. */
export function seatable(orders: readonly PlannableOrder[], state: PairState): boolean {
  const open = state.limits.open - state.foreign.open;
  const forConditional = Math.max(
    0,
    Math.min(state.reserve.conditional, state.limits.conditional - state.foreign.conditional),
  );
  const reserved: Seat[] = [
    ...Array<Seat>(state.reserve.buy).fill('buy'),
    ...Array<Seat>(state.reserve.sell).fill('sell'),
    ...Array<Seat>(forConditional).fill('conditional'),
  ];
  const seats = [...reserved, ...Array<Seat>(Math.max(0, open - reserved.length)).fill('any')];
  const takenBy = new Map<number, PlannableOrder>();
  const seat = (order: PlannableOrder, tried: Set<number>): boolean =>
    seats.some((kind, at) => {
      const may = kind === 'any' || kind === order.side || (kind === 'conditional' && naiveConditional(order));
      if (!may || tried.has(at)) return false;
      tried.add(at);
      const sitting = takenBy.get(at);
      if (sitting !== undefined && !seat(sitting, tried)) return false;
      takenBy.set(at, order);
      return true;
    });
  return orders.length <= open && orders.every((order) => seat(order, new Set()));
}

/** Whether `order` may join `held`. A kind that is over its limit keeps out only that kind. */
export function naiveFits(order: PlannableOrder, held: readonly PlannableOrder[], state: PairState): boolean {
  const all = [...held, order];
  if (!seatable(all, state)) return false;
  if (!naiveConditional(order)) return true;
  const conditional = all.filter(naiveConditional).length;
  const holding = state.orders.filter((other) => naiveHolds(other) && naiveConditional(other)).length;
  const free = state.accountConditionalFree;
  return (
    conditional <= state.limits.conditional - state.foreign.conditional &&
    (free === null || conditional <= holding + free)
  );
}

/** The ids that should live on the exchange. */
export function naiveChosen(state: PairState, now: number): Set<number> {
  const taking = naiveRanking(
    state.orders.filter(
      (order) =>
        order.type !== 'MARKET' &&
        order.wanted !== 'gone' &&
        order.status !== 'cancelling' &&
        order.status !== 'unresolved_cancel' &&
        !(order.status === 'pending' && order.retryAt !== null && order.retryAt > now),
    ),
  );
  const taken = taking.filter(naiveKeepsItsPlace);
  for (const order of taking) {
    if (!naiveKeepsItsPlace(order) && naiveFits(order, taken, state)) taken.push(order);
  }
  return new Set(taken.map(({ id }) => id));
}

export function naiveKeepsItsPlace({ status, partlyFilled }: PlannableOrder): boolean {
  return status === 'triggered' || status === 'unresolved_place' || (status === 'open' && partlyFilled);
}

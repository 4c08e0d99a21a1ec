import type { PlannableOrder, Wanted } from './order.ts';
import { holdsSlot } from './order-status.ts';
import { byRank, compareRank } from './rank.ts';
import { count, fits, type Held, isConditional, nothingHeld, type Reserve, type Room } from './room.ts';

/** Everything a plan decides by: one (account, symbol) at one moment, read under its lock. */
export type PairState = {
  /** All orders of the pair that have not ended, of all strategies; MARKET among them, though it holds no slot. */
  orders: readonly PlannableOrder[];
  /** Orders on the exchange that are not ours. `open` counts every kind, `conditional` those of them. */
  foreign: { open: number; conditional: number };
  /** The pair's number, and how many of it may be conditional (Infinity when only the account limits them). */
  limits: { open: number; conditional: number };
  /** Further conditional orders the account may take beyond all that are live or in flight; null: no such limit. */
  accountConditionalFree: number | null;
  reserve: Reserve;
  /** How many swaps may be begun now. Cancels for a lower limit or for the owner are not swaps. */
  swapBudget: number;
};

export type Plan = {
  /** pending → submitting, in the order of sending: MARKET first, then by rank. */
  send: number[];
  /** open → cancelling (a triggered STOP_LIMIT too, when its owner wants it gone). */
  cancel: { id: number; why: 'outranked' | 'gone' }[];
  /** pending → ended without being sent (again). */
  end: { id: number; status: 'cancelled' | 'expired'; why: 'gone' | 'too_old' }[];
  /** Changes of `wanted`; never away from `gone`. A demotion is here and in `cancel`. */
  wanted: { id: number; wanted: Exclude<Wanted, 'gone'> }[];
  /** 1-based rank among the orders that hold a slot or wait for one; MARKET and those wanted gone have none. */
  ranks: Map<number, number>;
  /** STOP orders that this plan newly makes wait off the exchange (their `wanted` becomes parked): a warning each. */
  stopWaits: number[];
  /** When the next retry is due, ms since the epoch. */
  nextRetryAt: number | null;
};

/**
 * Decides which orders of one pair live on the exchange, and the next steps towards that.
 *
 * Chosen: walk the ranking and take each order that still fits. Partly filled orders and those whose placement is
 * unresolved are taken first, whatever their rank. An order on its way out (cancelling, or wanted gone) is not walked:
 * its slot is promised to the chosen, so a plan made while a cancel is in flight begins no second one for it. A pending
 * order whose retry is not yet due is not walked either: it keeps nobody out and pushes nobody off meanwhile, and takes
 * its place by rank when it is due.
 *
 * Sent: chosen pending orders, best first, while they fit beside everything that holds a slot at this moment, orders on
 * their way out included. So no outcome of what is in flight can exceed a limit.
 *
 * A swap is two plans: this one only cancels, the worst open order that is not chosen for a chosen pending one of
 * strictly better rank; the plan that follows the cancel's report gives the slot to the best of that moment.
 *
 * Making a plan again with its effects applied moves nothing.
 */
export function plan(state: PairState, now: number): Plan {
  const immediate = planImmediate(state.orders, now);
  const slotted = state.orders.filter((order) => order.type !== 'MARKET');
  const staying = slotted.filter((order) => !isLeaving(order));
  const later = (order: PlannableOrder) => order.status === 'pending' && order.retryAt !== null && order.retryAt > now;
  const ranked = byRank(staying.filter((order) => !later(order)));
  const live = ranked.filter((order) => holdsSlot(order.status));
  const leaving = slotted.filter((order) => isLeaving(order) && holdsSlot(order.status));

  const heldAfter = live.reduce((held: Held, order) => count(held, order), nothingHeld);
  const heldNow = leaving.reduce((held: Held, order) => count(held, order), heldAfter);
  const room: Room = {
    open: Math.max(0, state.limits.open - state.foreign.open),
    conditional: Math.max(0, state.limits.conditional - state.foreign.conditional),
    accountConditional:
      state.accountConditionalFree === null ? Infinity : heldNow.conditional + state.accountConditionalFree,
    reserve: state.reserve,
  };
  const chosen = choose(ranked, room);
  const { send, demoted } = steps(ranked, chosen, heldNow, heldAfter, room, state.swapBudget);

  const end = slotted
    .filter((order) => order.wanted === 'gone' && order.status === 'pending')
    .map((order) => ({ id: order.id, status: 'cancelled' as const, why: 'gone' as const }));
  const wanted: Plan['wanted'] = [];
  const stopWaits: number[] = [];
  for (const order of ranked) {
    const parked = order.status === 'pending' ? !chosen.has(order) : demoted.has(order);
    const next = parked ? 'parked' : 'live';
    if (next === order.wanted) continue;
    wanted.push({ id: order.id, wanted: next });
    if (parked && isConditional(order)) stopWaits.push(order.id);
  }

  return {
    send: [...immediate.send, ...send.map((order) => order.id)],
    cancel: [
      ...state.orders.filter(isCancelledByOwner).map((order) => ({ id: order.id, why: 'gone' as const })),
      ...[...demoted].map((order) => ({ id: order.id, why: 'outranked' as const })),
    ],
    end: [...immediate.end, ...end],
    wanted: [...immediate.wanted, ...wanted],
    ranks: new Map(byRank(slotted.filter((order) => order.wanted !== 'gone')).map((order, at) => [order.id, at + 1])),
    stopWaits,
    nextRetryAt: earliest([...immediate.later, ...staying.filter(later)]),
  };
}

/** The walk: each order, best first, unless a limit or the reserve keeps it out. */
function choose(ranked: readonly PlannableOrder[], room: Room): Set<PlannableOrder> {
  const chosen = new Set(ranked.filter(keepsItsPlace));
  let held = [...chosen].reduce((sum: Held, order) => count(sum, order), nothingHeld);
  for (const order of ranked) {
    if (chosen.has(order)) continue;
    if (!fits(order, held, room)) continue;
    chosen.add(order);
    held = count(held, order);
  }
  return chosen;
}

/** The next steps from what is held to what is chosen. */
function steps(
  ranked: readonly PlannableOrder[],
  chosen: ReadonlySet<PlannableOrder>,
  heldAtFirst: Held,
  heldAfterLeaving: Held,
  room: Room,
  swapBudget: number,
): { send: PlannableOrder[]; demoted: Set<PlannableOrder> } {
  let heldNow = heldAtFirst;
  let heldAfter = heldAfterLeaving;
  const send: PlannableOrder[] = [];
  const demoted = new Set<PlannableOrder>();
  // Worst first. Orders still being submitted are not among them: they are taken off once they are known to rest.
  const removable = ranked.filter((order) => order.status === 'open' && !chosen.has(order)).reverse();
  const demote = (order: PlannableOrder) => {
    demoted.add(order);
    heldAfter = count(heldAfter, order, -1);
  };
  const worst = (test: (order: PlannableOrder) => boolean) =>
    removable.find((order) => !demoted.has(order) && test(order));

  for (;;) {
    // A conditional one too many takes a slot too, so its going may bring the pair within both numbers.
    const over =
      (heldAfter.conditional > room.conditional ? worst(isConditional) : undefined) ??
      (heldAfter.total > room.open ? worst(() => true) : undefined);
    if (over === undefined) break;
    demote(over);
  }

  const waiting: PlannableOrder[] = [];
  for (const order of ranked) {
    if (order.status !== 'pending' || !chosen.has(order)) continue;
    if (!fits(order, heldNow, room)) {
      waiting.push(order);
      continue;
    }
    send.push(order);
    heldNow = count(heldNow, order);
    heldAfter = count(heldAfter, order);
  }

  // Where live orders break a reserve that came later, a swap for one order can make room for a better one. So the
  // waiting are gone through again until no swap is begun; else the next plan would begin it.
  let swaps = 0;
  let before: number;
  do {
    before = swaps;
    let promised = heldAfter;
    for (const order of waiting) {
      let without = promised;
      // It may fit beside what stays: then a slot is coming free already.
      if (!fits(order, promised, room)) {
        if (swaps >= swapBudget) continue;
        const outranked = worst(
          (other) => compareRank(order, other) < 0 && fits(order, count(promised, other, -1), room),
        );
        if (outranked === undefined) continue;
        swaps += 1;
        demote(outranked);
        without = count(promised, outranked, -1);
      }
      promised = count(without, order);
    }
  } while (swaps > before);
  return { send, demoted };
}

/** MARKET orders: no slot, no rank, in the order of arrival. */
function planImmediate(orders: readonly PlannableOrder[], now: number) {
  const send: number[] = [];
  const end: Plan['end'] = [];
  const wanted: Plan['wanted'] = [];
  const later: PlannableOrder[] = [];
  for (const order of byRank(orders.filter(({ type, status }) => type === 'MARKET' && status === 'pending'))) {
    if (order.wanted === 'gone') end.push({ id: order.id, status: 'cancelled', why: 'gone' });
    else if (order.sendBefore != null && order.sendBefore < now) {
      end.push({ id: order.id, status: 'expired', why: 'too_old' });
    } else {
      if (order.wanted === 'parked') wanted.push({ id: order.id, wanted: 'live' });
      if (order.retryAt !== null && order.retryAt > now) later.push(order);
      else send.push(order.id);
    }
  }
  return { send, end, wanted, later };
}

function isCancelledByOwner(order: PlannableOrder): boolean {
  if (order.wanted !== 'gone') return false;
  return order.status === 'open' || (order.status === 'triggered' && order.type === 'STOP_LIMIT');
}

function isLeaving(order: PlannableOrder): boolean {
  return order.wanted === 'gone' || order.status === 'cancelling' || order.status === 'unresolved_cancel';
}

/**
 * Taken before the walk. An unresolved placement may take half a minute to settle, with KIS until a person decides;
 * were it walked like one being submitted, a better order would wait all that time for a slot that another, open and
 * worse ranked, could give.
 */
function keepsItsPlace(order: PlannableOrder): boolean {
  return (
    order.status === 'unresolved_place' ||
    order.status === 'triggered' ||
    (order.status === 'open' && order.partlyFilled)
  );
}

function earliest(orders: readonly PlannableOrder[]): number | null {
  return orders.reduce<number | null>(
    (least, { retryAt }) => (retryAt === null || (least !== null && least <= retryAt) ? least : retryAt),
    null,
  );
}

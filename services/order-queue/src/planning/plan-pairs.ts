import { Decimal, inWords, type Notification, type Saying, type VenueName } from '@sluice/contracts';
import { venueTraits } from '@sluice/exchange';
import type { SendRoom } from '../budget/send-room.ts';
import {
  type AccountConfig,
  type Configuration,
  calendarOf,
  heldReason,
  isTakenOut,
} from '../configuration/configuration.ts';
import type { Order } from '../db/order-row.ts';
import type { PairFacts } from '../db/read-pair-facts.ts';
import { CLAIM_MS, RECEIVE_WINDOW_MS } from '../orders/claim-time.ts';
import { clientOrderId } from '../orders/client-order-id.ts';
import { haltReason } from '../orders/halts.ts';
import { oneAtATime } from '../orders/one-at-a-time.ts';
import type { Pair } from '../orders/order.ts';
import { type PairState, plan } from '../orders/plan.ts';
import { isConditional } from '../orders/room.ts';
import type { MarketRules } from '../orders/size-order.ts';
import { closedText } from './closed-text.ts';
import { orderMessage } from './failure-messages.ts';
import type { SwapBudget } from './swap-budget.ts';
import type { WorkingSet } from './working-set.ts';

/** A later immediate order of a pair waits this long at most for an earlier one's outcome. */
const IMMEDIATE_WAIT_MS = 3_000;
/**
 * A stop that waits for a slot of the whole account is looked at this often whatever happens: what frees one (a foreign
 * order gone, a slot given back while this pair was being planned) may be seen in another symbol only.
 */
const ACCOUNT_SLOT_LOOK_MS = 30_000;
/** Nobody tells when a market takes orders again; what waits for it looks this often. */
const CLOSED_MARKET_LOOK_MS = 30_000;

export type PlanContext = {
  configuration: Configuration;
  replica: string;
  /** ms since the epoch. */
  now: number;
  swaps: SwapBudget;
  room: SendRoom;
  /** The alert on whose behalf an order is put in motion; null for the tick and for outcomes no alert waits for. */
  causeOf: (order: Order) => string | null;
  /** The job tag or alert that stands in the events. */
  by: string | null;
};

/** What a plan leaves to do besides the changes in the working set. */
export type Planned = {
  /** Orders whose current attempt is claimed by this process and is to be sent after the commit. */
  toSend: Order[];
  notifications: Notification[];
  /** When a pair has to be planned again even if nothing happens. */
  due: (Pair & { at: number })[];
  /** The pair's venue takes no orders before. */
  closed: { venue: VenueName; opensAt: number } | null;
};

/**
 * Decides what of one pair should be on the exchange and marks it in the working set: orders to send become
 * `submitting` with a claimed attempt, orders that must leave become `cancelling`, orders that are wanted gone and were
 * never sent end here. `conditionalFree` is what the account's own limit of conditional orders leaves, null when there
 * is none.
 */
export function planPair(
  working: WorkingSet,
  pair: Pair,
  facts: PairFacts,
  conditionalFree: number | null,
  context: PlanContext,
): Planned {
  const { now, configuration } = context;
  const planned: Planned = { toSend: [], notifications: [], due: [], closed: null };
  const live = working.liveOf(pair);
  endTakenOut(live, working, context);

  const blocked = blockedImmediates(live, now);
  if (blocked.length > 0) planned.due.push({ ...pair, at: now + IMMEDIATE_WAIT_MS });
  const shut = shutMarket(facts.market, now) ?? closedSession(configuration, pair, now);
  if (shut !== null && parkForMarket(live, shut, working, context, planned)) {
    planned.due.push({ ...pair, at: shut.until });
    planned.closed = shut.closed;
  }
  const mayMove = live.filter((order) => {
    if (order.status !== 'pending' || order.wanted === 'gone' || isTooOld(order, now)) return true;
    return (
      facts.paused === null &&
      shut === null &&
      !blocked.includes(order) &&
      haltReason(facts.halts, order.strategy, order.account) === null &&
      heldReason(configuration, order.strategy, order.account) === null
    );
  });

  const account = configuration.accounts.get(pair.account);
  // A swap needs a placement afterwards.
  const room = context.room.left(pair.account);
  const swapBudget = Math.min(context.swaps.left(pair.account, now), room);
  const decision = plan(pairState(mayMove, facts, conditionalFree, account, swapBudget), now);

  for (const { id, wanted } of decision.wanted) {
    const order = working.get(id)!;
    order.wanted = wanted;
    if (wanted === 'parked' && order.status === 'pending') {
      working.note(order, 'queued', context.by, { rank: decision.ranks.get(id) ?? null });
    } else working.touch(order);
  }
  for (const { id, status } of decision.end) {
    const order = working.get(id)!;
    if (status === 'expired') expire(order, working, context, planned);
    else
      working.move(order, 'cancelled', 'plan', 'cancelled', order.cancelAlert ?? context.by, {
        why: 'not on the exchange',
      });
  }
  for (const { id, why } of decision.cancel) {
    const order = working.get(id)!;
    if (why === 'outranked') {
      order.wanted = 'parked';
      order.causeAlert = context.causeOf(order);
      context.swaps.spend(pair.account, now);
    }
    beginCancel(order, working, context, why);
    planned.toSend.push(order);
  }
  let sent = 0;
  let heldBack = 0;
  for (const order of sendable(decision.send, live, working)) {
    if (order.type !== 'MARKET') {
      // Pending in its rank until the exchange takes more: the plan of that moment sends the best.
      if (sent >= room) {
        heldBack += 1;
        continue;
      }
      sent += 1;
      context.room.spend(pair.account);
    }
    order.causeAlert = context.causeOf(order);
    openAttempt(order, working, context);
    planned.toSend.push(order);
  }
  for (const id of decision.stopWaits) announceWaitingStop(working.get(id)!, 'slot', working, context, planned);
  const swaps = decision.cancel.filter(({ why }) => why === 'outranked').length;
  const waiting = mayMove.filter((order) => order.status === 'pending' && order.type !== 'MARKET');
  if (swaps >= swapBudget && waiting.some((order) => order.wanted === 'live')) {
    const moreAt = room > 0 ? context.swaps.moreAt(pair.account, now) : context.room.moreAt(pair.account, now);
    planned.due.push({ ...pair, at: moreAt });
  }
  if (heldBack > 0) planned.due.push({ ...pair, at: context.room.moreAt(pair.account, now) });
  // Said anew by every plan: one in between clears what an earlier one had made due.
  if (waiting.length > 0 && facts.capEndsAt !== null) planned.due.push({ ...pair, at: facts.capEndsAt.getTime() });
  if (conditionalFree !== null && waiting.some(isConditional)) {
    planned.due.push({ ...pair, at: now + ACCOUNT_SLOT_LOOK_MS });
  }
  for (const order of live) {
    // Held or blocked, a MARKET order still has to be told in time that it is too late.
    if (order.type === 'MARKET' && order.status === 'pending' && order.sendBefore != null) {
      planned.due.push({ ...pair, at: order.sendBefore + 1 });
    }
  }
  if (facts.nextRetryAt !== null) planned.due.push({ ...pair, at: facts.nextRetryAt.getTime() });
  if (decision.nextRetryAt !== null) planned.due.push({ ...pair, at: decision.nextRetryAt });
  return planned;
}

/** The pair as the pure plan sees it: the narrowest of what is configured, what the exchange states and what was learnt. */
export function pairState(
  orders: Order[],
  facts: PairFacts,
  conditionalFree: number | null,
  account: AccountConfig | undefined,
  swapBudget: number,
): PairState {
  const perSymbol = facts.conditionalScope === 'symbol';
  return {
    orders,
    foreign: { open: facts.foreignOpen, conditional: facts.foreignConditional },
    limits: {
      open: slotsOf(facts, account),
      conditional: smallest(
        account?.maxConditionalOrders,
        perSymbol ? facts.exchangeConditional : null,
        perSymbol ? facts.learntConditional : null,
      ),
    },
    accountConditionalFree: conditionalFree,
    reserve: account?.reserve ?? { buy: 0, sell: 0, conditional: 0 },
    swapBudget,
  };
}

/** How many orders of a pair may be on the exchange, foreign ones included; infinite where no limit is known. */
export function slotsOf(facts: PairFacts, account: AccountConfig | undefined): number {
  return smallest(account?.maxOpenOrders, facts.exchangeOpen, facts.learntOpen);
}

/** Opens the next attempt of an order and claims it for this process: wire parameters and client id are fixed here. */
function openAttempt(order: Order, working: WorkingSet, context: PlanContext): void {
  const number = (order.attempt?.number ?? 0) + 1;
  const clientId = clientOrderId({
    installation: context.configuration.installation,
    orderUuid: order.uuid,
    attempt: number,
  });
  const left = order.quantity.minus(order.executed);
  order.attempt = {
    number,
    clientId,
    conditional: order.type === 'STOP_MARKET' || order.type === 'STOP_LIMIT',
    request: {
      clientOrderId: clientId,
      symbol: order.symbol,
      type: order.type,
      side: order.side,
      quantity: left.toFixed(),
      price: order.price?.toFixed() ?? null,
      stopPrice: order.stopPrice?.toFixed() ?? null,
      reduceOnly: order.reduceOnly,
    },
    action: 'place',
    claimedBy: context.replica,
    fence: 1,
    signedAt: context.now,
    dueAt: context.now + CLAIM_MS,
    lookups: 0,
    absences: 0,
    exchangeOrderId: null,
    triggeredOrderId: null,
    notedAt: null,
    personSince: null,
    executed: new Decimal(0),
    final: false,
  };
  order.wanted = 'live';
  order.retryAt = null;
  order.partlyFilled = false;
  working.touchAttempt(order);
  working.move(order, 'submitting', 'plan', 'submitting', order.causeAlert ?? context.by, { quantity: left.toFixed() });
}

function beginCancel(order: Order, working: WorkingSet, context: PlanContext, why: 'outranked' | 'gone'): void {
  const attempt = order.attempt!;
  attempt.action = 'cancel';
  attempt.claimedBy = context.replica;
  attempt.fence += 1;
  attempt.signedAt = context.now;
  attempt.dueAt = context.now + CLAIM_MS;
  attempt.lookups = 0;
  working.touchAttempt(order);
  const cause = why === 'gone' ? order.cancelAlert : order.causeAlert;
  working.move(order, 'cancelling', 'plan', why === 'gone' ? 'cancelling' : 'demoting', cause ?? context.by, { why });
}

/**
 * Orders of a strategy that was taken out may still be on the exchange then; what comes back from there (outranked,
 * refused for now) would wait for ever. An unknown strategy is none of these: this process may not have heard of it yet.
 */
function endTakenOut(live: Order[], working: WorkingSet, context: PlanContext): void {
  for (const order of live) {
    if (order.status !== 'pending' || order.wanted === 'gone') continue;
    if (!isTakenOut(context.configuration, order.strategy, order.account)) continue;
    order.wanted = 'gone';
    working.note(order, 'cancel_wanted', context.by, { why: 'its strategy was taken out of the configuration' });
  }
}

/** A MARKET order sent late is worse than one lost: the price it was meant for is gone. */
function isTooOld(order: Order, now: number): boolean {
  return order.status === 'pending' && order.type === 'MARKET' && order.sendBefore !== null && order.sendBefore < now;
}

function expire(order: Order, working: WorkingSet, context: PlanContext, planned: Planned): void {
  const seconds = Math.round((order.sendBefore! - order.receivedAt) / 1000);
  const words = inWords({ code: 'market_too_old', seconds });
  order.announced = true;
  order.failure = { type: 'unknown', code: null, message: words.detail };
  working.move(order, 'expired', 'plan', 'expired', context.by, { why: words.detail });
  planned.notifications.push(orderMessage(order, 'order_expired', words, context.now));
}

/**
 * Why a market takes no new orders and when to look again, or null: cancels go through all the same, and fills of what is
 * there. A market nobody has read yet is not held against its orders.
 */
function shutMarket(market: MarketRules | null, now: number): Shut | null {
  if (market === null) return null;
  const { status: state, symbol } = market;
  const of = { until: now + CLOSED_MARKET_LOOK_MS, closed: null };
  switch (state) {
    case 'trading':
      return null;
    case 'cancel_only':
      return { ...of, state, why: `${symbol} accepts cancels only at the moment` };
    case 'closed':
      return { ...of, state, why: `${symbol} is closed at the moment` };
  }
}

type Shut = { state: 'cancel_only' | 'closed' | 'session'; why: string; until: number; closed: Planned['closed'] };

/** The same for the hours of a whole exchange: what waits is planned when it opens. */
function closedSession(configuration: Configuration, { account }: Pair, now: number): Shut | null {
  const venue = configuration.accounts.get(account)?.venue;
  const calendar = calendarOf(configuration, account);
  const session = calendar?.at(now);
  if (venue === undefined || calendar === null || session === undefined || session.open) return null;
  const { opensAt } = session;
  const why = closedText(calendar, opensAt);
  return { state: 'session', why, until: opensAt, closed: { venue, opensAt } };
}

/** What the plan may send now: everything, or where orders have no id of ours one at a time on each side. */
function sendable(ids: readonly number[], live: Order[], working: WorkingSet): Order[] {
  const orders = ids.map((id) => working.get(id)!);
  const numbered = (order: Order) => venueTraits(order.venue).clientOrderIds;
  const others = live.map(({ side, status, attempt }) => ({ side, status, withPerson: attempt?.personSince != null }));
  return [
    ...orders.filter(numbered),
    ...oneAtATime(
      orders.filter((order) => !numbered(order)),
      others,
    ),
  ];
}

/**
 * Orders that wait while their market takes none: nothing on the exchange makes room for them, and each says once why
 * it waits. True when there is one.
 */
function parkForMarket(
  live: Order[],
  { state, why }: Shut,
  working: WorkingSet,
  context: PlanContext,
  planned: Planned,
): boolean {
  const waiting = live.filter((order) => order.status === 'pending' && order.wanted !== 'gone');
  for (const order of waiting) {
    if (order.wanted === 'parked') continue;
    order.wanted = 'parked';
    working.note(order, 'queued', context.by, { why });
    if (isConditional(order)) announceWaitingStop(order, state, working, context, planned);
  }
  return waiting.length > 0;
}

function announceWaitingStop(
  order: Order,
  why: Extract<Saying, { code: 'stop_waits' }>['why'],
  working: WorkingSet,
  context: PlanContext,
  planned: Planned,
): void {
  if (order.stopAnnounced) return;
  order.stopAnnounced = true;
  working.note(order, 'stop_waits', context.by);
  planned.notifications.push({
    kind: 'stop_waits',
    key: `stop:${order.id}`,
    at: new Date(context.now).toISOString(),
    strategy: order.strategy,
    account: order.account,
    symbol: order.symbol,
    orderId: order.id,
    ...inWords({
      code: 'stop_waits',
      type: order.type,
      side: order.side,
      quantity: order.quantity.toFixed(),
      stopPrice: order.stopPrice?.toFixed() ?? '-',
      why,
    }),
  });
}

/**
 * MARKET orders that have to wait for an earlier immediate order of their pair: another alert's MARKET that is being
 * sent, or a cancel the same strategy began earlier. After three seconds they wait no more.
 */
function blockedImmediates(live: Order[], now: number): Order[] {
  const recent = (order: Order) =>
    (order.attempt?.signedAt ?? 0) > now - Math.max(IMMEDIATE_WAIT_MS, RECEIVE_WINDOW_MS);
  const markets = live.filter((o) => o.type === 'MARKET' && o.status === 'submitting' && recent(o));
  const cancels = live.filter((o) => o.status === 'cancelling' && o.cancelAlert !== null && recent(o));
  return live.filter(
    (order) =>
      order.type === 'MARKET' &&
      order.status === 'pending' &&
      (markets.some((m) => m.arrival < order.arrival) ||
        cancels.some((c) => c.strategy === order.strategy && c.cancelAlert !== order.alertId)),
  );
}

function smallest(...limits: (number | null | undefined)[]): number {
  return Math.min(...limits.map((limit) => limit ?? Number.POSITIVE_INFINITY));
}

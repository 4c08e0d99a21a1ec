import { type Notification, queues } from '@sluice/contracts';
import { bossDb, type Tx } from '@sluice/service-runtime';
import type { ContextCarrier } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { answerCompletedAlerts } from '../answering/answer-completed-alerts.ts';
import { noteClosedVenues } from '../db/closed-venues.ts';
import { insertEntries } from '../db/insert-entries.ts';
import { lockConditionalOrders } from '../db/lock-pairs.ts';
import type { Order } from '../db/order-row.ts';
import { countConditionalOrders, type PairFacts } from '../db/read-pair-facts.ts';
import { clearDue, type DuePair, makeDue } from '../db/rebalance-due.ts';
import { writeOrders } from '../db/write-orders.ts';
import type { Pair } from '../orders/order.ts';
import { holdsSlot } from '../orders/order-status.ts';
import { isConditional } from '../orders/room.ts';
import { type SendTask, sendTaskOf } from '../sending/send-task.ts';
import { type PlanContext, planPair } from './plan-pairs.ts';
import type { WorkingSet } from './working-set.ts';

/** What is to happen after the commit; before it, nothing of this may leave the process. */
export type Committed = {
  tasks: SendTask[];
  /** Alerts whose answer was stored. */
  answered: string[];
  /** Orders that began to leave the exchange for a better one, and orders that began to be sent. */
  sent: number;
  demoted: number;
  /** Orders at hand that wait off the exchange, and orders that ended here without having been executed as asked. */
  waiting: number;
  failed: number;
  /** Messages stored for a person; each is a WARNING in the log as well. */
  notifications: Notification[];
};

export type WriteOptions = {
  boss: PgBoss;
  carrier: ContextCarrier;
  /** Told in the same transaction: whatever was decided before the plan. */
  notifications: Notification[];
  due: (Pair & { at: number })[];
  /** Due rows this plan settles: one of the version that was read goes, a later one stays. */
  settles?: DuePair[];
  /** Alerts that may be complete by this transaction even if none of their orders is touched in it. */
  alerts: string[];
  /** Further writes, sent along after the orders and their attempts, whose locks they rely on. */
  along?: () => Promise<unknown>[];
};

/**
 * The second half of every transaction that changes orders: plans each pair on what the working set now says, writes
 * everything in a number of statements that does not depend on how many orders there are, and stores the answers of
 * alerts that are complete by it. The pairs' locks are held; `facts` were read under them.
 */
export async function planAndWrite(
  tx: Tx,
  working: WorkingSet,
  facts: PairFacts[],
  context: PlanContext,
  options: WriteOptions,
): Promise<Committed> {
  const toSend: Order[] = [];
  const notifications = [...options.notifications];
  const due = [...options.due];
  const closed: { venue: string; opensAt: number }[] = [];

  for (const fact of facts) {
    const pair = { account: fact.account, symbol: fact.symbol };
    const free = await conditionalFree(tx, working, fact, facts);
    const planned = planPair(working, pair, fact, free, context);
    toSend.push(...planned.toSend);
    notifications.push(...planned.notifications);
    due.push(...planned.due);
    if (planned.closed !== null) closed.push(planned.closed);
  }

  // One round trip; they are executed in this order, so an attempt finds its order.
  await Promise.all([
    insertEntries(tx, working.created()),
    writeOrders(tx, working.changes(), working.attempts(), working.events, options.carrier),
    ...(options.along?.() ?? []),
    notify(tx, notifications, options.boss),
    // Not earlier: recording makes pairs of other symbols due while it holds the lock of the account's conditional orders.
    clearDue(tx, options.settles ?? []),
    makeDue(tx, due),
    noteClosedVenues(tx, closed),
  ]);
  // After all of it: an answer is composed of what is written.
  const answered = await answerCompletedAlerts(tx, alertsAtRest(working, options.alerts), context.configuration);
  return {
    tasks: toSend.map((order) => sendTaskOf(order, options.carrier)),
    answered,
    sent: toSend.filter((order) => order.status === 'submitting').length,
    demoted: toSend.filter((order) => order.status === 'cancelling' && order.wanted === 'parked').length,
    waiting: working.all().filter((order) => order.status === 'pending').length,
    failed: working.events.filter(({ status }) => status === 'failed' || status === 'expired').length,
    notifications,
  };
}

/** What a transaction leaves that planned nothing. */
export const nothingCommitted: Committed = {
  tasks: [],
  answered: [],
  sent: 0,
  demoted: 0,
  waiting: 0,
  failed: 0,
  notifications: [],
};

async function notify(tx: Tx, notifications: Notification[], boss: PgBoss): Promise<void> {
  if (notifications.length === 0) return;
  const messages = notifications.map((data) => ({ data }));
  await boss.insert(queues.notify, messages, { db: bossDb(tx) });
}

/**
 * What the account's own limit of conditional orders leaves, or null where there is none or this plan cannot add one.
 * Counting is serial per account, so that two pairs planned at once cannot both take the last slot.
 */
async function conditionalFree(
  tx: Tx,
  working: WorkingSet,
  fact: PairFacts,
  facts: PairFacts[],
): Promise<number | null> {
  const limit = Math.min(
    fact.exchangeConditional ?? Number.POSITIVE_INFINITY,
    fact.learntConditional ?? Number.POSITIVE_INFINITY,
  );
  if (fact.conditionalScope !== 'account' || limit === Number.POSITIVE_INFINITY) return null;
  const mayAdd = working.liveOf(fact).some((order) => isConditional(order) && order.status === 'pending');
  if (!mayAdd) return null;
  await lockConditionalOrders(tx, fact.account);
  return Math.max(0, limit - (await countHeldConditional(tx, working, fact.account, facts)));
}

/**
 * Conditional orders of an account that take room, foreign ones included. Of the pairs at hand the working set knows
 * more than the tables: what this transaction frees and what it gives out.
 */
export async function countHeldConditional(
  tx: Tx,
  working: WorkingSet,
  account: string,
  facts: PairFacts[],
): Promise<number> {
  const atHand = facts.filter((pair) => pair.account === account).map((pair) => pair.symbol);
  const held = working
    .all()
    .filter((order) => order.account === account && isConditional(order) && holdsSlot(order.status));
  return held.length + (await countConditionalOrders(tx, account, atHand));
}

/** Alerts touched here of which nothing in the working set is in motion; only those can be complete now. */
function alertsAtRest(working: WorkingSet, also: string[]): string[] {
  const moving = new Set<string | null>();
  for (const order of working.all()) {
    if (order.status === 'submitting') moving.add(order.alertId);
    if (order.status !== 'submitting' && order.status !== 'cancelling') continue;
    moving.add(order.causeAlert);
    moving.add(order.cancelAlert);
  }
  return [...new Set([...working.touchedAlerts(), ...also])].filter((alert) => !moving.has(alert)).sort();
}

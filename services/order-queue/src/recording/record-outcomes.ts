import { isConflict, isConnectionError, type Sql, type Tx } from '@sluice/service-runtime';
import { captureContext, currentJobTag, getLogger, inSpan, type OrderRecord, recordOrder } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import type { SendRoom } from '../budget/send-room.ts';
import { type Configuration, calendarOf } from '../configuration/configuration.ts';
import { writeFills } from '../db/fills.ts';
import { learnCaps, pauseAccount, writeForeignCounts } from '../db/learnt.ts';
import { limitLockWaits, lockPairs, sortedPairs } from '../db/lock-pairs.ts';
import type { PairFacts } from '../db/read-pair-facts.ts';
import { readSymbolsOfWaitingStops } from '../db/rebalance-due.ts';
import { isEnded } from '../orders/order-status.ts';
import { orderMessage, unmatchedMessage } from '../planning/failure-messages.ts';
import { type Committed, countHeldConditional, planAndWrite } from '../planning/plan-and-write.ts';
import { readPairs } from '../planning/read-pairs.ts';
import type { SwapBudget } from '../planning/swap-budget.ts';
import type { WorkingSet } from '../planning/working-set.ts';
import { foldPositions } from '../portfolio/fold-positions.ts';
import { type Outcome, subjectOf } from '../sending/outcome.ts';
import { reportPlan } from '../watching/report-plan.ts';
import { News } from './news.ts';
import { settleOutcome } from './settle-outcome.ts';

const log = getLogger('recording');

export type RecordDeps = {
  sql: Sql;
  boss: PgBoss;
  replica: string;
  configuration: () => Configuration;
  swaps: SwapBudget;
  room: SendRoom;
  now: () => number;
};

/**
 * Writes what became of some tasks of one account, and plans their pairs again in the same transaction: a freed slot is
 * given out by the commit that records why it is free. Throws when the store does not answer; the caller keeps the
 * outcomes and tries again.
 */
export async function recordOutcomes(deps: RecordDeps, account: string, outcomes: Outcome[]): Promise<Committed> {
  return await inSpan('record', { account, orders: outcomes.length }, () => recordAndPlan(deps, account, outcomes));
}

async function recordAndPlan(deps: RecordDeps, account: string, outcomes: Outcome[]): Promise<Committed> {
  const began = deps.now();
  let lockWaitMs = 0;
  let records: OrderRecord[] = [];
  const configuration = deps.configuration();
  // What they free is given out below; a short wait here is none under the pairs' locks.
  await deps.room.prepare(account, outcomes.length);
  const pairs = sortedPairs(outcomes.map((outcome) => ({ account, symbol: subjectOf(outcome).symbol })));
  const committed = (await deps.sql.begin(async (tx) => {
    await Promise.all([limitLockWaits(tx, '5s'), lockPairs(tx, pairs)]);
    const now = deps.now();
    lockWaitMs = now - began;
    await writeLiveCounts(tx, account, outcomes);
    const { facts, working } = await readPairs(tx, pairs, {
      configuration,
      account,
      alsoIds: outcomes.map((outcome) => subjectOf(outcome).orderId),
      now,
    });
    const news = new News(account, now);
    for (const outcome of outcomes) settleOne(working, outcome, facts, news, deps);
    records = news.records;
    if (news.freesAccountSlot) {
      // The slot is the account's, not the pair's: stops of other symbols may wait for it.
      const symbols = await readSymbolsOfWaitingStops(tx, account);
      const others = symbols.filter((symbol) => !pairs.some((pair) => pair.symbol === symbol));
      news.due.push(...others.map((symbol) => ({ account, symbol, at: now })));
    }

    // Foreign stops of symbols we have no orders in are in none of our counts; see News.learn.
    for (const cap of news.caps.filter(({ symbol }) => symbol === '*')) {
      cap.cap = Math.min(cap.cap, await countHeldConditional(tx, working, account, facts));
    }
    await learnCaps(tx, news.caps);
    if (news.pause !== null) {
      if (await pauseAccount(tx, account, news.pause, configuration.revision)) news.announcePause(news.pause);
      for (const fact of facts) fact.paused = news.pause;
    }
    // A cap learnt just now holds for the plan that follows.
    for (const cap of news.caps) {
      for (const fact of facts) {
        if (cap.symbol !== fact.symbol && cap.symbol !== '*') continue;
        if (cap.conditional) fact.learntConditional = Math.min(fact.learntConditional ?? cap.cap, cap.cap);
        else fact.learntOpen = Math.min(fact.learntOpen ?? cap.cap, cap.cap);
      }
    }
    // After the attempts, which are locked in their order there; an attempt that is over is nobody else's to lock.
    const along = () => [writeFills(tx, news.fills)];
    const planned = await planAndWrite(
      tx,
      working,
      facts,
      {
        configuration,
        replica: deps.replica,
        now,
        swaps: deps.swaps,
        room: deps.room,
        causeOf: (order) => news.causeFor(order),
        by: currentJobTag() ?? null,
      },
      {
        boss: deps.boss,
        carrier: captureContext(),
        notifications: news.notifications,
        due: news.due,
        alerts: [],
        along,
      },
    );
    // With the fills or not at all: no crash leaves a position behind its fills.
    if (news.fills.length > 0) await foldPositions(tx, pairs, configuration);
    return planned;
  })) as Committed;
  // After the commit: what was rolled back did not happen.
  for (const record of records) recordOrder(record);
  const durationMs = deps.now() - began;
  reportPlan({ trigger: 'outcome', account, pairs: pairs.length, committed, durationMs, lockWaitMs });
  return committed;
}

function settleOne(working: WorkingSet, outcome: Outcome, facts: PairFacts[], news: News, deps: RecordDeps): void {
  const subject = subjectOf(outcome);
  const order = working.get(subject.orderId);
  if (order === undefined || order.attempt === null) {
    log.warn('an outcome names order %d, which is not there', subject.orderId);
    return;
  }
  if (outcome.kind === 'fill') {
    // Of an earlier attempt too: what it has executed is counted, the execution itself may be new.
    news.fills.push({ order, attempt: outcome.attempt, fill: outcome.fill });
    if (order.attempt.number === outcome.attempt) working.touchAttempt(order);
    return;
  }
  if (order.attempt.number !== subject.attempt) {
    // The earlier attempt had its final report, or was proven absent, before the next was opened.
    log.debug('a late outcome of attempt %d of order %d is not needed any more', subject.attempt, order.id);
    return;
  }
  if (outcome.kind === 'cancel' && outcome.outcome.kind === 'refused') {
    // It is tried again for ever, which only a person can make succeed.
    const { action, message } = outcome.outcome.failure;
    if (action === 'pause_account') news.pause ??= message;
  }
  const pairFacts = facts.find((fact) => fact.symbol === order.symbol);
  const cause = order.status === 'cancelling' ? (order.cancelAlert ?? order.causeAlert) : order.causeAlert;
  const eventsBefore = working.events.length;
  const calendar = calendarOf(deps.configuration(), order.account);
  const now = deps.now();
  const settlement = settleOutcome(working, order, outcome, pairFacts, now, cause ?? currentJobTag() ?? null, calendar);
  if (settlement === null) return;
  if (outcome.kind === 'lost' && order.attempt.personSince !== null) {
    news.notifications.push(unmatchedMessage(order, outcome.candidates, now));
  }

  for (const event of working.events.slice(eventsBefore)) news.tell(order, event.kind, settlement);
  if (settlement.freesSlot && cause !== null) news.inherit(order, cause);
  const ofAccount = pairFacts?.conditionalScope === 'account' && order.attempt.conditional;
  if (settlement.freesSlot && ofAccount) news.freesAccountSlot = true;
  if (settlement.learntCap !== null && outcome.kind === 'place')
    news.learn(order, outcome, settlement.learntCap, pairFacts, working);
  if (settlement.pauseAccount) news.pause ??= settlement.failure?.message ?? 'its key or clock is wrong';
  // An order that the exchange ended by itself is told of as well: nobody here asked for it.
  const endedItself = settlement.endedBecause !== null && order.wanted !== 'gone' && isEnded(settlement.status);
  const notify = settlement.notify ?? (endedItself ? 'order_expired' : null);
  if (notify !== null && !order.announced) {
    order.announced = true;
    working.touch(order);
    const detail = settlement.failure?.message ?? settlement.endedBecause ?? 'no reason given';
    news.notifications.push(orderMessage(order, notify, { detail }, deps.now()));
  }
  if (settlement.status === 'pending' && settlement.retryAt !== null) {
    news.due.push({ account: order.account, symbol: order.symbol, at: settlement.retryAt });
  }
}

/** Foreign orders as counted after a refusal for too many; they take room from the plan that follows. */
async function writeLiveCounts(tx: Tx, account: string, outcomes: Outcome[]): Promise<void> {
  const counts = new Map<string, { open: number | null; conditional: number }>();
  for (const outcome of outcomes) {
    if (outcome.kind !== 'place' || outcome.live === null) continue;
    const { foreignOpen, foreignConditional } = outcome.live;
    // A list of conditional orders says nothing of the others.
    counts.set(outcome.task.symbol, {
      open: outcome.task.conditional ? null : foreignOpen,
      conditional: foreignConditional,
    });
  }
  await writeForeignCounts(tx, account, counts);
}

/** Whether trying again can help: the store was away, or a lock was held too long. Anything else is a fault of ours. */
export function isPassing(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return isConnectionError(error) || isConflict(error) || ['57014', '53100', '53200', '53300'].includes(String(code));
}

import { Decimal, type OrderEventKind } from '@sluice/contracts';
import type { Failure, SessionCalendar } from '@sluice/exchange';
import type { AttemptState, Order } from '../db/order-row.ts';
import type { PairFacts } from '../db/read-pair-facts.ts';
import { CLAIM_MS } from '../orders/claim-time.ts';
import { isEnded } from '../orders/order-status.ts';
import { type Learnt, type Settlement, settle, settleRules } from '../orders/settle.ts';
import { type MarketRules, smallestOrder } from '../orders/size-order.ts';
import type { WorkingSet } from '../planning/working-set.ts';
import { isNoLongerThere, type Lookup, type SettlingOutcome } from '../sending/outcome.ts';
import { isForPersonAlone, isStrayLost, learnOfLost } from './lost-placement.ts';
import { AFTER_CLOSE_MS, bySession, hasSessionEnded } from './session-end.ts';

type MarketStatus = MarketRules['status'];

/** A MARKET order that was accepted without its fill is looked up this soon, then at growing delays. */
const FIRST_LOOKUP_MS = 250;
const LONGEST_LOOKUP_DELAY_MS = 8_000;
/** Two look-ups that find nothing, this far apart at least, prove an order absent once its request cannot arrive any more. */
const ABSENCES_FOR_PROOF = 2;
const BETWEEN_ABSENCES_MS = 1_000;

/**
 * Settles one order by what was learnt of its current attempt: writes the order, the attempt and the event into the
 * working set, and decides what has to happen on the wire next (a look-up, the cancel once more, nothing).
 */
export function settleOutcome(
  working: WorkingSet,
  order: Order,
  outcome: SettlingOutcome,
  facts: PairFacts | undefined,
  now: number,
  cause: string | null,
  calendar: SessionCalendar | null = null,
): Settlement | null {
  const attempt = order.attempt!;
  if (isStrayLookup(order, outcome) || isStrayHold(order, outcome) || isOvertaken(order, outcome)) return null;
  if (isStrayLost(order, outcome) || isForPersonAlone(order, outcome)) return null;
  rememberIds(order, outcome);
  const learnt = learn(order, outcome, { market: facts?.market?.status ?? null, calendar, now });
  if (learnt === null) {
    scheduleNext(order, outcome, now, calendar);
    working.touchAttempt(order);
    return null;
  }
  const before = { status: order.status, executed: order.executed };
  const executedBefore = order.executed.minus(attempt.executed);
  const settlement = settle(
    {
      type: order.type,
      status: order.status,
      wanted: order.wanted,
      quantity: order.quantity,
      executedBefore,
      executedOfAttempt: attempt.executed,
      attemptQuantity: new Decimal(attempt.request.quantity),
      minRemaining: facts?.market ? smallestOrder(facts.market, order) : new Decimal(0),
      failures: order.retries,
      carriesOver: order.type !== 'MARKET' && calendar !== null,
      receivedAt: order.receivedAt,
    },
    learnt,
    now,
    Math.random(),
    order.sendBefore == null ? settleRules : { ...settleRules, marketMaxAgeMs: order.sendBefore - order.receivedAt },
  );

  attempt.executed = settlement.executedOfAttempt;
  attempt.final = attempt.final || settlement.attemptFinal;
  order.executed = executedBefore.plus(settlement.executedOfAttempt);
  order.partlyFilled = !attempt.final && attempt.executed.gt(0);
  order.retries = settlement.failures;
  if (isPlaced(settlement.status) && !isPlaced(before.status)) {
    // Earlier tries are history once the exchange has taken it.
    order.retries = 0;
    order.failure = null;
  }
  if (settlement.status === 'pending') order.retryAt = settlement.retryAt;
  if (settlement.failure !== null) order.failure = settlement.failure;
  if (settlement.status === 'open' && order.wanted === 'parked' && before.status === 'cancelling')
    order.wanted = 'live';
  working.touchAttempt(order);

  const filledMore = order.executed.gt(before.executed);
  if (settlement.status !== before.status || filledMore) {
    const detail = {
      executed: order.executed.toFixed(),
      ...(settlement.failure === null ? {} : { failure: settlement.failure }),
      ...(outcome.kind === 'held' ? { because: outcome.reason } : {}),
      ...(settlement.endedBecause === null ? {} : { because: settlement.endedBecause }),
      ...(attempt.exchangeOrderId === null ? {} : { exchange_order_id: attempt.exchangeOrderId }),
    };
    working.move(
      order,
      settlement.status,
      'record',
      outcome.kind === 'held' ? 'held' : eventKind(before.status, order, settlement),
      cause,
      detail,
    );
  }
  if (order.status !== 'unresolved_place') attempt.personSince = null;
  if (attempt.personSince !== null) {
    const candidates = outcome.kind === 'lost' ? outcome.candidates.map((order) => order.exchangeOrderId) : [];
    working.note(order, 'unresolved', cause, { because: 'a person has to say what became of it', candidates });
  }
  scheduleNext(order, outcome, now, calendar);
  return settlement;
}

/** What is known beside the outcome. */
type Known = { market: MarketStatus | null; calendar: SessionCalendar | null; now: number };

/** What an outcome says of the order, or null while it proves nothing yet. */
function learn(order: Order, outcome: SettlingOutcome, known: Known): Learnt | null {
  switch (outcome.kind) {
    case 'report':
      return { kind: 'report', report: outcome.report };
    case 'held':
      return { kind: 'held' };
    case 'place':
      switch (outcome.outcome.kind) {
        case 'accepted':
          return { kind: 'accepted', report: outcome.outcome.report };
        case 'refused':
          return { kind: 'refused', failure: outcome.outcome.failure };
        case 'unresolved':
          return { kind: 'unresolved' };
      }
      break;
    case 'cancel':
      if (outcome.lookup !== null) return learnFromLookup(order, outcome.lookup, known);
      switch (outcome.outcome.kind) {
        case 'cancelled':
          return { kind: 'report', report: outcome.outcome.report };
        // Without effect for now, or unknown: the cancel is sent again later, which does no harm if it had arrived.
        case 'gone':
        case 'refused':
        case 'unresolved':
          return { kind: 'unresolved' };
      }
      break;
    case 'find':
      return learnFromLookup(order, outcome, known);
    case 'lost':
      return learnOfLost(order, outcome, known.now);
    case 'person':
      return outcome.report === null ? { kind: 'absent' } : { kind: 'report', report: outcome.report };
  }
}

function learnFromLookup(
  order: Order,
  { outcome: lookup, askedAt }: Lookup,
  { market, calendar }: Known,
): Learnt | null {
  const attempt = order.attempt!;
  attempt.lookups += 1;
  const nothing = (): Learnt | null => (isMoving(order) ? { kind: 'unresolved' } : null);
  switch (lookup.kind) {
    case 'found':
      return { kind: 'report', report: bySession(lookup.report, { calendar, sentAt: sentAt(attempt), askedAt }) };
    case 'unavailable':
      return nothing();
    case 'forgotten':
      // From the trigger on what the stop became could be seen, a moment late; from then on it counts like an absence.
      if (isPast(lookup.report.updatedAt, askedAt)) attempt.absences += 1;
      return attempt.absences >= ABSENCES_FOR_PROOF ? { kind: 'absent' } : { kind: 'report', report: lookup.report };
    case 'no_market':
      // One answer that is wrong about a market must not end its orders: market-data has to know it as closed as well.
      if (market !== 'closed') return nothing();
      return absence(order, askedAt) ?? nothing();
    case 'absent':
      return absence(order, askedAt) ?? nothing();
  }
}

/** Counts a look-up that found nothing, where that proves something; the proof once there are enough. */
function absence(order: Order, askedAt: number): Learnt | null {
  const attempt = order.attempt!;
  // Also for an order that was accepted: the exchange's reading side may lag behind its answer.
  // The moment of the question counts: a process that stalls between the answer and this line, or waits here for the
  // store, would else turn "not yet there" into proof and have the order sent twice.
  if (isPast(attempt.signedAt ?? 0, askedAt)) attempt.absences += 1;
  return attempt.absences >= ABSENCES_FOR_PROOF ? { kind: 'absent' } : null;
}

/** Nothing that began at an instant could still be on its way when the question was asked. */
function isPast(instant: number | null, askedAt: number): boolean {
  return instant !== null && askedAt >= instant + CLAIM_MS;
}

/** When it left; a cancel has signed a later instant since. */
function sentAt(attempt: AttemptState): number | null {
  return attempt.notedAt ?? attempt.signedAt;
}

/** Asked before the call that is claimed now, so finding nothing says nothing of it. */
function isStrayLookup(order: Order, outcome: SettlingOutcome): boolean {
  if (outcome.kind !== 'find' || outcome.outcome.kind === 'found') return false;
  return isMoving(order) && outcome.task.fence !== order.attempt!.fence;
}

/** The claim was taken over since, and whoever has it may be sending. */
function isStrayHold(order: Order, outcome: SettlingOutcome): boolean {
  return outcome.kind === 'held' && outcome.task.fence !== order.attempt!.fence;
}

/**
 * A placement that ended without proof, of an order the stream has shown since. Whatever is under way for it by now, its
 * cancel perhaps, is not what ended without proof.
 */
function isOvertaken(order: Order, outcome: SettlingOutcome): boolean {
  return outcome.kind === 'place' && outcome.outcome.kind === 'unresolved' && !isPlacing(order.status);
}

function isPlacing(status: Order['status']): boolean {
  return status === 'submitting' || status === 'unresolved_place';
}

function isPlaced(status: Order['status']): boolean {
  return status === 'open' || status === 'triggered' || status === 'filled';
}

/** A call was under way for it that this outcome ends without proof. */
function isMoving(order: Order): boolean {
  return order.status === 'submitting' || order.status === 'cancelling';
}

function rememberIds(order: Order, outcome: SettlingOutcome): void {
  const report = reportOf(outcome);
  if (report === null) return;
  const attempt = order.attempt!;
  // The stream tells of a triggered stop by the order it became, whose id is not the stop's own.
  if (report.exchangeOrderId !== report.triggeredOrderId) {
    // The answer to the placement itself is proof, however late it comes; what was matched meanwhile may be another's.
    if (outcome.kind === 'place') attempt.exchangeOrderId = report.exchangeOrderId;
    attempt.exchangeOrderId ??= report.exchangeOrderId;
  }
  attempt.triggeredOrderId ??= report.triggeredOrderId;
  if (lookupOf(outcome)?.outcome.kind !== 'forgotten') attempt.absences = 0;
}

function reportOf(outcome: SettlingOutcome) {
  switch (outcome.kind) {
    case 'report':
      return outcome.report;
    case 'held':
      return null;
    case 'place':
      return outcome.outcome.kind === 'accepted' ? outcome.outcome.report : null;
    case 'cancel':
      return reportIn(outcome.lookup) ?? (outcome.outcome.kind === 'cancelled' ? outcome.outcome.report : null);
    case 'find':
      return reportIn(outcome);
    case 'lost':
      return outcome.candidates.length === 1 ? outcome.candidates[0]! : null;
    case 'person':
      return outcome.report;
  }
}

function reportIn(lookup: Lookup | null) {
  return lookup !== null && 'report' in lookup.outcome ? lookup.outcome.report : null;
}

/** What has to happen on the wire next for this attempt, and when. The next plan may still overrule it with a cancel. */
function scheduleNext(order: Order, outcome: SettlingOutcome, now: number, calendar: SessionCalendar | null): void {
  const attempt = order.attempt!;
  // Only the outcome of the claim itself ends it. A poll saw the order on its own; a look-up may have been under way when
  // a plan claimed the cancel, which without its claim would not be sent for 13 s.
  if ('task' in outcome && outcome.task.fence === attempt.fence) attempt.claimedBy = null;
  const delay = Math.max(lookupDelay(attempt, outcome, now), failureOf(outcome)?.retryAfterMs ?? 0);
  if (attempt.final || isEnded(order.status) || order.status === 'pending' || attempt.personSince !== null) {
    attempt.action = null;
    attempt.dueAt = null;
  } else if (order.status === 'unresolved_place') {
    attempt.action = 'find';
    attempt.dueAt = now + delay;
  } else if (order.status === 'unresolved_cancel') {
    // What the exchange says it does not know is only looked up: a further cancel would sign a new instant and with it
    // put off the moment from which absence counts. Anything else is cancelled once more, which does no harm.
    // After its session nothing is left to cancel, and the exchange would refuse it until the next.
    const over = hasSessionEnded(calendar, sentAt(attempt), now + AFTER_CLOSE_MS);
    attempt.action = saysUnknown(outcome) || over ? 'find' : 'cancel';
    attempt.lookups += 1;
    attempt.dueAt = now + delay;
  } else if (order.type === 'MARKET' && order.status === 'open') {
    attempt.action = 'find';
    attempt.dueAt = now + delay;
  } else if (order.status !== 'cancelling') {
    attempt.action = attempt.absences > 0 ? 'find' : null;
    attempt.dueAt = attempt.action === null ? null : now + delay;
  }
}

/** Growing, but not past the moment from which absence counts: the order's slot is blocked until it is proven. */
function lookupDelay({ lookups, absences, signedAt }: AttemptState, outcome: SettlingOutcome, now: number): number {
  const growing = Math.min(FIRST_LOOKUP_MS * 2 ** Math.min(lookups, 10), LONGEST_LOOKUP_DELAY_MS);
  const found = lookupOf(outcome)?.outcome.kind;
  if (absences > 0 && found !== undefined && found !== 'found' && found !== 'unavailable')
    return Math.min(growing, BETWEEN_ABSENCES_MS);
  const untilItCounts = (signedAt ?? 0) + CLAIM_MS - now;
  return untilItCounts > 0 ? Math.min(growing, Math.max(untilItCounts, FIRST_LOOKUP_MS)) : growing;
}

function lookupOf(outcome: SettlingOutcome): Lookup | null {
  if (outcome.kind === 'find') return outcome;
  return outcome.kind === 'cancel' ? outcome.lookup : null;
}

function saysUnknown(outcome: SettlingOutcome): boolean {
  if (outcome.kind === 'cancel') return isNoLongerThere(outcome.outcome) && outcome.lookup?.outcome.kind !== 'found';
  return outcome.kind === 'find' && outcome.outcome.kind !== 'found';
}

function failureOf(outcome: SettlingOutcome): Failure | null {
  if (!('outcome' in outcome)) return null;
  return 'failure' in outcome.outcome ? outcome.outcome.failure : null;
}

/** The event's name, as the live stream and the order's story tell it. */
function eventKind(before: Order['status'], order: Order, settlement: Settlement): OrderEventKind {
  switch (settlement.status) {
    case 'open':
      if (order.executed.gt(0) && before === 'open') return 'partly_filled';
      return before === 'submitting' || before === 'unresolved_place' ? 'sent' : 'cancel_failed';
    case 'pending':
      // The close of a session has ended it on the exchange, not its rank.
      if (before === 'open') return 'requeued';
      if (before === 'cancelling' || before === 'unresolved_cancel') return 'demoted';
      return settlement.learntCap !== null ? 'requeued' : 'retry';
    case 'unresolved_place':
    case 'unresolved_cancel':
      return 'unresolved';
    default:
      return settlement.status === before ? 'partly_filled' : settlement.status;
  }
}

import { Decimal } from '@sluice/contracts';
import type { FailureRecord, OrderStatus } from './order.ts';
import { assertMove, holdsSlot, isEnded } from './order-status.ts';
import { retryDelay } from './retry-delay.ts';
import type { Learnt, LearntFailure, Report, SettledOrder, Settlement } from './settlement.ts';

export type { Learnt, LearntFailure, Report, SettledOrder, Settlement } from './settlement.ts';

export type SettleRules = {
  /** Recoverable failures after which the next one is final. */
  maxRetries: number;
  /** A MARKET order is tried again only so long after its receipt, in ms. */
  marketRetryMs: number;
  /** A MARKET order older than this ends as expired, in ms. */
  marketMaxAgeMs: number;
  /** How long a cap learnt from a refusal holds, in ms. */
  learntCapMs: number;
  /** How long an order waits that an exchange out of session has refused, in ms: short, since a clock may be early at the opening. */
  closedRetryMs: number;
};

export const settleRules: SettleRules = {
  maxRetries: 5,
  marketRetryMs: 10_000,
  marketMaxAgeMs: 30_000,
  learntCapMs: 600_000,
  closedRetryMs: 60_000,
};

/**
 * Compares what was learnt with what is wanted and says what the order is now. Total over every combination: news that
 * comes too late, twice or out of order changes nothing but a higher fill.
 *
 * @param now ms since the epoch
 * @param random in [0, 1), for the jitter of a retry
 * @throws when the outcome is not in the table of moves, which is a fault of ours
 */
export function settle(
  order: SettledOrder,
  learnt: Learnt,
  now: number,
  random: number,
  rules: SettleRules = settleRules,
): Settlement {
  const settlement = decide(order, learnt, now, random, rules);
  if (settlement.status !== order.status) assertMove(order.status, settlement.status, 'record');
  return settlement;
}

function decide(order: SettledOrder, learnt: Learnt, now: number, random: number, rules: SettleRules): Settlement {
  switch (learnt.kind) {
    case 'accepted':
    case 'report':
      return reported(order, learnt.report);
    case 'refused':
      return isPlacing(order.status) ? refused(order, learnt.failure, now, random, rules) : unchanged(order);
    case 'held':
      return held(order);
    case 'unresolved':
      return unresolved(order);
    case 'absent':
      return absent(order, now, random, rules);
    case 'cancel_failed':
      return cancelFailed(order, learnt.report);
  }
}

function reported(order: SettledOrder, report: Report): Settlement {
  const known = withFill(order, report);
  const { status } = order;
  if (status === 'pending' || isEnded(status)) return reportedLate(order, known);
  const allFilled = known.executedOfAttempt.gte(known.attemptQuantity) && known.attemptQuantity.gt(0);
  if (report.status === 'filled' || allFilled) return outcome(known, 'filled', { attemptFinal: true });
  switch (report.status) {
    case 'open':
      return isPlacing(status) ? outcome(known, 'open', {}) : unchanged(known);
    case 'triggered':
      return isPlacing(status) || status === 'open' ? outcome(known, 'triggered', {}) : unchanged(known);
    case 'cancelled':
    case 'expired':
      // Without its fill it is no final report: what is left is unknown, and sending that again could buy too much.
      if (report.executed === null) return unresolved(known);
      return takenOff(known, report.status, `${report.status} by the exchange`);
    case 'rejected':
      return finalFailure(known, 'rejected', rejectedBecause(report.reason));
  }
}

/** The attempt has had its final report already: only a fill that was reported late can still matter. */
function reportedLate(before: SettledOrder, known: SettledOrder): Settlement {
  const { status } = known;
  if (status !== 'pending' && status !== 'cancelled' && status !== 'expired') return unchanged(known);
  if (leftOf(known).isZero()) return outcome(known, 'filled', { attemptFinal: true });
  const learntOfFill = known.executedOfAttempt.gt(before.executedOfAttempt);
  if (status === 'pending' && learntOfFill && leftOf(known).lt(known.minRemaining)) return tooLittleLeft(known);
  return unchanged(known);
}

/** The attempt is over with something left. Whose doing that was decides what becomes of the rest. */
function takenOff(order: SettledOrder, status: 'cancelled' | 'expired', because: string): Settlement {
  if (order.wanted === 'gone') return outcome(order, 'cancelled', { attemptFinal: true });
  const demoted = isCancelInFlight(order.status) && status === 'cancelled';
  // A stop that has triggered would wait for its trigger once more.
  const sessionEnded = order.carriesOver && status === 'expired' && order.status !== 'triggered';
  if (!demoted && !sessionEnded) return outcome(order, status, { attemptFinal: true, endedBecause: because });
  if (leftOf(order).isZero()) return outcome(order, 'filled', { attemptFinal: true });
  if (leftOf(order).gte(order.minRemaining)) return outcome(order, 'pending', { attemptFinal: true });
  return tooLittleLeft(order);
}

function tooLittleLeft(order: SettledOrder): Settlement {
  const because = `${leftOf(order).toFixed()} were left, less than the ${order.minRemaining.toFixed()} the market accepts`;
  return outcome(order, 'cancelled', { attemptFinal: true, endedBecause: because });
}

function refused(
  order: SettledOrder,
  failure: LearntFailure,
  now: number,
  random: number,
  rules: SettleRules,
): Settlement {
  switch (failure.action) {
    case 'resolve':
    case 'adopt':
      // No proof of refusal: the order may exist, so it keeps its slot until it has been looked up.
      return unresolved(order);
    case 'requeue':
      if (order.wanted === 'gone') return outcome(order, 'cancelled', { attemptFinal: true });
      // A MARKET order waits for no slot; without the delay it would be sent again in the same instant.
      if (order.type === 'MARKET') return recoverable(order, failure, now, random, rules);
      return outcome(order, 'pending', {
        attemptFinal: true,
        learntCap: { kind: order.type === 'LIMIT' ? 'open' : 'conditional', until: now + rules.learntCapMs },
      });
    case 'pause_account':
      if (order.wanted === 'gone') return outcome(order, 'cancelled', { attemptFinal: true, pauseAccount: true });
      return outcome(order, 'pending', { attemptFinal: true, failure: recordOf(failure), pauseAccount: true });
    case 'retry':
    case 'sync_clock':
      return recoverable(order, failure, now, random, rules);
    case 'session_closed':
      // A holiday nobody had listed, or a clock ahead of the exchange's. No try is counted: it was right to wait, only not for how long.
      if (order.wanted === 'gone') return outcome(order, 'cancelled', { attemptFinal: true });
      if (order.type === 'MARKET') return finalFailure(order, 'failed', recordOf(failure));
      return outcome(order, 'pending', {
        attemptFinal: true,
        failure: recordOf(failure),
        retryAt: now + rules.closedRetryMs,
      });
    case 'fail':
      return finalFailure(order, 'failed', recordOf(failure));
  }
}

/** It waits again by its rank, and no try is counted: none was made. */
function held(order: SettledOrder): Settlement {
  if (order.status !== 'submitting') return unchanged(order);
  return outcome(order, order.wanted === 'gone' ? 'cancelled' : 'pending', { attemptFinal: true });
}

/** A failure that passes: tried again after a delay, unless the tries or, for MARKET, the time is used up. */
function recoverable(
  order: SettledOrder,
  failure: LearntFailure,
  now: number,
  random: number,
  rules: SettleRules,
): Settlement {
  const record = recordOf(failure);
  if (order.wanted === 'gone') return outcome(order, 'cancelled', { attemptFinal: true });
  const failures = order.failures + 1;
  const retryAt = now + retryDelay(failures, random, failure.retryAfterMs);
  if (order.type === 'MARKET') {
    if (now > order.receivedAt + rules.marketMaxAgeMs) {
      const because = `older than ${rules.marketMaxAgeMs / 1000} s; ${record.type}: ${record.message}`;
      return outcome(order, 'expired', {
        attemptFinal: true,
        failures,
        failure: record,
        endedBecause: because,
        notify: 'order_expired',
      });
    }
    if (retryAt > order.receivedAt + rules.marketRetryMs) return { ...finalFailure(order, 'failed', record), failures };
  }
  if (failures > rules.maxRetries) return { ...finalFailure(order, 'failed', record), failures };
  return outcome(order, 'pending', { attemptFinal: true, failures, failure: record, retryAt });
}

function unresolved(order: SettledOrder): Settlement {
  if (order.status === 'submitting') return outcome(order, 'unresolved_place', {});
  if (order.status === 'cancelling') return outcome(order, 'unresolved_cancel', {});
  return unchanged(order);
}

function absent(order: SettledOrder, now: number, random: number, rules: SettleRules): Settlement {
  if (order.status === 'pending' || isEnded(order.status)) return unchanged(order);
  if (isPlacing(order.status)) return recoverable(order, neverArrived, now, random, rules);
  // It was there once, so it has ended since and the exchange has forgotten it. What it executed is not known for
  // sure, so it is never sent again, not even when it was to wait for another slot.
  const endedBecause = order.wanted === 'gone' ? null : 'the exchange does not know it any more';
  return outcome(order, 'cancelled', { attemptFinal: true, endedBecause });
}

function cancelFailed(order: SettledOrder, report: Report | null): Settlement {
  if (!isCancelInFlight(order.status)) return report === null ? unchanged(order) : reported(order, report);
  if (report === null) return outcome(order, 'open', {});
  const settled = reported(order, report);
  const rests = report.status === 'open' || report.status === 'triggered';
  return rests && settled.status === order.status ? outcome(withFill(order, report), report.status, {}) : settled;
}

function finalFailure(order: SettledOrder, status: 'failed' | 'rejected', failure: FailureRecord): Settlement {
  // Its owner wanted it gone, and it is: nothing to tell anyone.
  if (order.wanted === 'gone') return outcome(order, 'cancelled', { attemptFinal: true });
  return outcome(order, status, { attemptFinal: true, failure, notify: 'order_failed' });
}

function unchanged(order: SettledOrder): Settlement {
  return outcome(order, order.status, {});
}

function outcome(order: SettledOrder, status: OrderStatus, news: Partial<Settlement>): Settlement {
  return {
    status,
    executedOfAttempt: order.executedOfAttempt,
    attemptFinal: false,
    remaining: leftOf(order),
    retryAt: null,
    failures: order.failures,
    failure: null,
    endedBecause: null,
    freesSlot: freesSlot(order, status),
    learntCap: null,
    pauseAccount: false,
    notify: null,
    ...news,
  };
}

function freesSlot(order: SettledOrder, next: OrderStatus): boolean {
  if (order.type === 'MARKET' || !holdsSlot(order.status)) return false;
  const givesConditional = next === 'triggered' && order.status !== 'triggered';
  return givesConditional || !holdsSlot(next);
}

/** The order with the report's fill; an older report, with less, does not take any back. */
function withFill(order: SettledOrder, report: Report): SettledOrder {
  const reportedFill =
    report.executed !== null
      ? new Decimal(report.executed)
      : report.status === 'filled'
        ? order.attemptQuantity
        : order.executedOfAttempt;
  return { ...order, executedOfAttempt: Decimal.max(order.executedOfAttempt, reportedFill) };
}

function leftOf(order: SettledOrder): Decimal {
  return Decimal.max(0, order.quantity.minus(order.executedBefore).minus(order.executedOfAttempt));
}

function isPlacing(status: OrderStatus): boolean {
  return status === 'submitting' || status === 'unresolved_place';
}

function isCancelInFlight(status: OrderStatus): boolean {
  return status === 'cancelling' || status === 'unresolved_cancel';
}

function recordOf({ type, code, message }: LearntFailure): FailureRecord {
  return { type, code, message };
}

function rejectedBecause(reason: string | undefined): FailureRecord {
  const message = 'the exchange accepted the order and then rejected it';
  return { type: 'unknown', code: null, message: reason === undefined ? message : `${message}: ${reason}` };
}

const neverArrived: LearntFailure = {
  type: 'network_error',
  action: 'retry',
  code: null,
  message: 'the call ended without an answer, and the exchange never got the order',
  retryAfterMs: null,
};

import type { Order } from '../db/order-row.ts';
import { judgeLostOrder } from '../orders/lost-order.ts';
import type { Learnt } from '../orders/settle.ts';
import type { SettlingOutcome } from '../sending/outcome.ts';

type LostOutcome = Extract<SettlingOutcome, { kind: 'lost' }>;

/**
 * What the orders of the day say of a placement whose answer was lost. Where only a person can tell, the attempt is marked
 * as theirs: its slot stays taken, and nothing is looked up or sent for it until they have said what it was.
 */
export function learnOfLost(order: Order, { candidates, askedAt }: LostOutcome, now: number): Learnt | null {
  const attempt = order.attempt!;
  attempt.lookups += 1;
  switch (judgeLostOrder(candidates.length, attempt.notedAt, askedAt).kind) {
    case 'adopt':
      return { kind: 'report', report: candidates[0]! };
    case 'never_sent':
      return { kind: 'absent' };
    case 'look_again':
      return order.status === 'submitting' ? { kind: 'unresolved' } : null;
    case 'person':
      attempt.personSince = now;
      return { kind: 'unresolved' };
  }
}

/** Of a claim that is another's by now, or of an order whose number is known since. */
export function isStrayLost(order: Order, outcome: SettlingOutcome): boolean {
  if (outcome.kind !== 'lost') return false;
  const { fence, exchangeOrderId } = order.attempt!;
  const placing = order.status === 'submitting' || order.status === 'unresolved_place';
  return !placing || exchangeOrderId !== null || outcome.task.fence !== fence;
}

/**
 * While a person is asked only their word counts, and the venue's own to the placement itself: the process that sent it
 * may have been kept from the store until now.
 */
export function isForPersonAlone(order: Order, outcome: SettlingOutcome): boolean {
  if (order.attempt!.personSince === null || outcome.kind === 'person') return false;
  return outcome.kind !== 'place' || outcome.outcome.kind === 'unresolved';
}

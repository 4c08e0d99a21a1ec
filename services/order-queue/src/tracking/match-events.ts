import { Decimal } from '@sluice/contracts';
import type { AccountEvent, OrderReport } from '@sluice/exchange';
import type { ContextCarrier } from '@sluice/telemetry';
import type { KnownAttempt } from '../db/heard-orders.ts';
import type { Outcome } from '../sending/outcome.ts';

export type OrderEvent = Extract<AccountEvent, { kind: 'order' }>;

/**
 * Which of an account's events are about which of our attempts, and what recording has to be told. `unmatched` are about
 * none that is known: foreign orders, and the order a stop became before its trigger was heard of.
 */
export function matchEvents(
  account: string,
  events: OrderEvent[],
  known: KnownAttempt[],
  carrier: ContextCarrier,
): { outcomes: Outcome[]; unmatched: OrderEvent[] } {
  const byClientId = new Map<string | null, KnownAttempt>(known.map((attempt) => [attempt.clientId, attempt]));
  const byTriggeredId = new Map(
    known.flatMap((attempt) =>
      attempt.triggeredOrderId === null
        ? []
        : [[exchangeKey(attempt.symbol, attempt.triggeredOrderId), attempt] as const],
    ),
  );
  const outcomes: Outcome[] = [];
  const unmatched: OrderEvent[] = [];
  for (const event of events) {
    const { report, fill } = event;
    const attempt =
      byClientId.get(report.clientOrderId) ?? byTriggeredId.get(exchangeKey(report.symbol, report.exchangeOrderId));
    if (attempt === undefined) {
      unmatched.push(event);
      continue;
    }
    const subject = { orderId: attempt.orderId, attempt: attempt.attempt, account, symbol: attempt.symbol, carrier };
    if (tellsMore(report, attempt)) outcomes.push({ kind: 'report', ...subject, report });
    if (fill !== null) outcomes.push({ kind: 'fill', ...subject, fill });
  }
  return { outcomes, unmatched };
}

/** The exchange's own ids are promised to be unique per symbol alone. */
export function exchangeKey(symbol: string, exchangeOrderId: string): string {
  return `${symbol} ${exchangeOrderId}`;
}

/** Reports that say what is known already are not recorded: each would lock the pair and plan it for nothing. */
function tellsMore(report: OrderReport, attempt: KnownAttempt): boolean {
  if (!attempt.current) return false;
  if (report.executed !== null && new Decimal(report.executed).gt(attempt.executed)) return true;
  switch (report.status) {
    case 'open':
      return attempt.status === 'submitting' || attempt.status === 'unresolved_place';
    case 'triggered':
      return !attempt.final && attempt.triggeredOrderId === null;
    case 'filled':
    case 'cancelled':
    case 'rejected':
    case 'expired':
      return !attempt.final;
  }
}

/** An order that was only taken in. The answer to its placement says the same, so it is worth recording only where that is lost. */
export function isAcknowledgement({ report, fill }: OrderEvent): boolean {
  const nothingExecuted = report.executed === null || new Decimal(report.executed).isZero();
  return report.status === 'open' && fill === null && nothingExecuted;
}

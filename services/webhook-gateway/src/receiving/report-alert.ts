import type { AlertAnswer } from '@sluice/contracts';
import { recordAlert, recordLateAnswer } from '@sluice/telemetry';
import type { IncomingRequest, IngestOutcome } from './receive-alert.ts';

/** The HTTP status each outcome is answered with. */
const statusOf: Record<IngestOutcome['kind'], 200 | 202 | 400 | 401 | 409 | 503> = {
  answered: 200,
  accepted: 202,
  unreadable: 400,
  malformed: 400,
  unauthenticated: 401,
  id_conflict: 409,
  store_away: 503,
};

/** Tells of one request to the webhook, with what it is answered. Nothing of its body goes along but counts. */
export function reportAlert(request: IncomingRequest, outcome: IngestOutcome): void {
  recordAlert({
    outcome: outcome.kind,
    status: statusOf[outcome.kind],
    durationMs: performance.now() - request.startedAt,
    bytes: Buffer.byteLength(request.text),
    ...detailsOf(outcome),
  });
}

/** Tells of the result of an alert that was answered 202 before it was there. */
export function reportLateAnswer(alertId: string, answer: AlertAnswer, startedAt: number): void {
  recordLateAnswer({ alertId, durationMs: performance.now() - startedAt, ...detailsOfAnswer(answer) });
}

function detailsOfAnswer({ strategy, duplicate_of, success, error, summary }: AlertAnswer) {
  return {
    strategy,
    duplicateOf: duplicate_of,
    success,
    error,
    orders: summary.total_orders,
    accounts: summary.accounts,
    executed: summary.executed_orders,
    queued: summary.remaining_in_queue,
    failed: summary.failed_orders,
  };
}

function detailsOf(outcome: IngestOutcome) {
  switch (outcome.kind) {
    case 'answered':
      return { alertId: outcome.answer.id, ...detailsOfAnswer(outcome.answer) };
    case 'accepted': {
      const { id, strategy, duplicate_of, success } = outcome.answer;
      return { alertId: id, strategy, duplicateOf: duplicate_of, success };
    }
    case 'store_away':
      return { success: false, error: outcome.reason };
    case 'unreadable':
    case 'malformed':
    case 'unauthenticated':
    case 'id_conflict':
      // What was wrong is in the warning of whoever refused it, with the token masked; here it might hold one.
      return { success: false };
  }
}

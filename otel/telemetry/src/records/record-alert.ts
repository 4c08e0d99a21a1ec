import { counter, histogram } from '../metrics.ts';
import { many, ms, writeWideRecord } from './wide-record.ts';

const alerts = counter('sluice.alert.count', { description: 'Requests to the webhook, by outcome' });
const duration = histogram('sluice.alert.duration', { description: 'From the request to its answer', unit: 'ms' });

type ResultFields = {
  alertId?: string | undefined;
  strategy?: string | undefined;
  duplicateOf?: string | undefined;
  orders?: number | undefined;
  accounts?: number | undefined;
  executed?: number | undefined;
  queued?: number | undefined;
  failed?: number | undefined;
  /** Why there is no result, or why nothing of it succeeded. */
  error?: string | undefined;
};

export type AlertRecord = ResultFields & {
  /**
   * `answered`: with its result. `accepted`: 202, the result comes later. The others were not taken, and
   * `store_away` is the only one that is our fault.
   */
  outcome: 'answered' | 'accepted' | 'unreadable' | 'malformed' | 'unauthenticated' | 'id_conflict' | 'store_away';
  status: number;
  durationMs: number;
  bytes: number;
  /** False also where the answer is no result. */
  success: boolean;
};

/** One per request to the webhook, when it is answered. */
export function recordAlert(alert: AlertRecord): void {
  const { outcome, status, success, alertId, strategy } = alert;
  alerts.add(1, { outcome });
  duration.record(alert.durationMs, { outcome });
  const taken = outcome === 'answered' || outcome === 'accepted';
  const of = `alert${alertId === undefined ? '' : ` ${alertId}`}${strategy === undefined ? '' : ` of ${strategy}`}`;
  const orders = alert.orders === undefined ? '' : `, ${many(alert.orders, 'order')}`;
  writeWideRecord(
    {
      event: 'alert',
      // A refusal is told of as a WARNING by whoever refuses; this is the row that counts it.
      level: 'info',
      text: `${of}: ${outcome.replaceAll('_', ' ')}${taken ? '' : ` (${status})`}${orders} in ${ms(alert.durationMs)} ms`,
      fields: {
        outcome,
        status,
        success,
        ...resultFields(alert),
        duration_ms: ms(alert.durationMs),
        bytes: alert.bytes,
      },
    },
    recordAlert,
  );
}

export type LateAnswerRecord = ResultFields & { alertId: string; success: boolean; durationMs: number };

/** One per alert that was answered 202, when its result is there: its own record could not say whether it succeeded. */
export function recordLateAnswer(late: LateAnswerRecord): void {
  const { alertId, strategy, success, orders } = late;
  writeWideRecord(
    {
      event: 'late_answer',
      level: 'info',
      text: `alert ${alertId}${strategy === undefined ? '' : ` of ${strategy}`}: its result came ${ms(late.durationMs)} ms after it, ${success ? 'a success' : 'no success'}${orders === undefined ? '' : ` of ${many(orders, 'order')}`}`,
      // Counted with the records of requests by this outcome; the request itself was `accepted`.
      fields: { outcome: 'answered', success, ...resultFields(late), duration_ms: ms(late.durationMs) },
    },
    recordLateAnswer,
  );
}

function resultFields(result: ResultFields) {
  return {
    alert_id: result.alertId,
    strategy: result.strategy,
    duplicate_of: result.duplicateOf,
    orders: result.orders,
    accounts: result.accounts,
    executed: result.executed,
    queued: result.queued,
    failed: result.failed,
    error: result.error,
  };
}

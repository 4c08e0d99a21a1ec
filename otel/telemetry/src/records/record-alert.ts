import { counter, histogram } from '../metrics.ts';
import { many, ms, writeWideRecord } from './wide-record.ts';

const alerts = counter('sluice.alert.count', { description: 'Requests to the webhook, by outcome' });
const duration = histogram('sluice.alert.duration', { description: 'From the request to its answer', unit: 'ms' });

export type AlertRecord = {
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

/** One per request to the webhook, when it is answered. */
export function recordAlert(alert: AlertRecord): void {
  const { outcome, status, success, alertId, strategy, error } = alert;
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
        alert_id: alertId,
        strategy,
        duplicate_of: alert.duplicateOf,
        orders: alert.orders,
        accounts: alert.accounts,
        executed: alert.executed,
        queued: alert.queued,
        failed: alert.failed,
        duration_ms: ms(alert.durationMs),
        bytes: alert.bytes,
        error,
      },
    },
    recordAlert,
  );
}

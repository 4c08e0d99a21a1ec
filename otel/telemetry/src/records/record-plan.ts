import { counter, histogram } from '../metrics.ts';
import { many, ms, writeWideRecord } from './wide-record.ts';

const rebalances = counter('sluice.rebalance.count', { description: 'Plans, by what made them happen' });
const executed = counter('sluice.rebalance.executed', { description: 'Orders that began to be sent' });
const cancelled = counter('sluice.rebalance.cancelled', {
  description: 'Orders that began to make room for better ones',
});
const duration = histogram('sluice.rebalance.duration', { description: 'From the start to the commit', unit: 'ms' });
const lockWait = histogram('sluice.rebalance.lock_wait', {
  description: 'Waited for the locks of the pairs',
  unit: 'ms',
});

export type PlanRecord = {
  trigger: 'alert' | 'tick' | 'outcome' | 'configuration';
  account: string;
  pairs: number;
  /** Orders that begin to be sent, and orders that begin to leave the exchange for a better one. */
  sent: number;
  demoted: number;
  /** Orders that wait, as far as the plan looked. */
  queued: number;
  /** Orders that ended as failed or expired in it. */
  failed: number;
  durationMs: number;
  lockWaitMs: number;
  strategy?: string | undefined;
  alertId?: string | undefined;
  /** Planning failed: why. Nothing of it was stored. */
  error?: string | undefined;
};

/** One per committed plan. Whoever only looked again and changed nothing is detail, as is every plan of the tick. */
export function recordPlan(plan: PlanRecord): void {
  const { trigger, account, pairs, sent, demoted, queued, failed, strategy, alertId, error } = plan;
  rebalances.add(1, { trigger });
  executed.add(sent, { trigger });
  cancelled.add(demoted, { trigger });
  duration.record(plan.durationMs, { trigger });
  lockWait.record(plan.lockWaitMs, { trigger });
  const changed = sent + demoted + failed > 0 || trigger === 'alert' || error !== undefined;
  writeWideRecord(
    {
      event: 'plan',
      // The tick tells of all its plans in one line of its own.
      level: changed && trigger !== 'tick' ? 'info' : 'debug',
      text: `plan of ${account} after ${trigger === 'alert' ? `alert ${alertId}` : trigger}: ${
        error === undefined
          ? `${sent} to send, ${demoted} to swap out, ${queued} waiting, ${many(pairs, 'pair')} in ${ms(plan.durationMs)} ms`
          : `failed (${error})`
      }`,
      fields: {
        trigger,
        account,
        strategy,
        alert_id: alertId,
        pairs,
        sent,
        demoted,
        queued,
        failed,
        duration_ms: ms(plan.durationMs),
        lock_wait_ms: ms(plan.lockWaitMs),
        outcome: error === undefined ? 'planned' : 'failed',
        error,
      },
    },
    recordPlan,
  );
}

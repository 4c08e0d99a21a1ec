import { getLogger, recordPlan } from '@sluice/telemetry';
import type { Committed } from '../planning/plan-and-write.ts';

const log = getLogger('planning');

/** A plan slower than this deserves a look: pairs wait for each other. */
const SLOW_MS = 500;
/** Whoever holds a pair's lock longer than this does something that does not belong under it, or is not alone. */
const LONG_LOCK_WAIT_MS = 100;

export type PlanReport = {
  trigger: 'alert' | 'tick' | 'outcome' | 'configuration';
  account: string;
  pairs: number;
  committed: Committed;
  durationMs: number;
  lockWaitMs: number;
  strategy?: string;
  alertId?: string;
  error?: string | undefined;
};

/** Tells of a plan after its commit, and warns of one that was slow or waited long. */
export function reportPlan({ committed, ...plan }: PlanReport): void {
  const { sent, demoted, waiting: queued, failed } = committed;
  recordPlan({ ...plan, sent, demoted, queued, failed });
  const { pairs, durationMs, lockWaitMs, account } = plan;
  if (durationMs > SLOW_MS) {
    log.warn('a plan of %d pairs took %d ms, more than %d ms', pairs, Math.round(durationMs), SLOW_MS, { account });
  }
  if (lockWaitMs > LONG_LOCK_WAIT_MS) {
    log.warn('a plan of %d pairs waited %d ms for their locks', pairs, Math.round(lockWaitMs), { account });
  }
}

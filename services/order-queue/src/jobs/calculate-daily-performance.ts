import type { JobFunction, Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { calculateDueDays, calculateEndedDays } from '../db/performance.ts';

const log = getLogger('calculate_daily_performance');

/** Stores what each strategy earned on the days that have ended: yesterday, and what was missed before it. */
export function calculateDailyPerformance({ sql }: { sql: Sql }): JobFunction {
  return async ({ slot }) => {
    const late = await calculateDueDays(sql);
    const done = await calculateEndedDays(sql, slot);
    const counts = { rows: done.rows, late };
    log.info('%s to %s: %d results of strategies stored', done.from, done.to, done.rows);
    return { changed: counts.rows + late > 0, counts };
  };
}

import type { JobFunction, Sql } from '@sluice/service-runtime';
import { calculateDueDays, calculateEndedDays } from '../db/performance.ts';

/** Stores what each strategy earned on the days that have ended: yesterday, and what was missed before it. */
export function calculateDailyPerformance({ sql }: { sql: Sql }): JobFunction {
  return async ({ slot }) => {
    const late = await calculateDueDays(sql);
    const done = await calculateEndedDays(sql, slot);
    const counts = { rows: done.rows, late };
    const summary = `${done.from} to ${done.to}: ${done.rows} results of strategies stored`;
    return { changed: counts.rows + late > 0, counts, summary };
  };
}

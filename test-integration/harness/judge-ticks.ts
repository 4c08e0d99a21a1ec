import { type JobSchedule, slotsBetween } from '@sluice/contracts';
import type { SeenRun } from './job-watch.ts';

/** What is wrong with the runs of one job, in the order they were recorded, and what was measured. */
export type TickReport = {
  runs: number;
  missed: number;
  /** The longest time from one start to the next, less the period. */
  longestGapMs: number;
  /** The latest start after its slot. */
  latestStartMs: number;
  wrong: string[];
};

/**
 * Each slot at most once, none beside another, and every slot between the first and the last either run or counted as
 * missed. Pure.
 */
export function judgeTicks(schedule: JobSchedule, runs: readonly SeenRun[]): TickReport {
  const wrong: string[] = [];
  const report: TickReport = { runs: runs.length, missed: 0, longestGapMs: 0, latestStartMs: 0, wrong };
  for (const [index, run] of runs.entries()) {
    report.latestStartMs = Math.max(report.latestStartMs, run.startedAt.getTime() - run.slot.getTime());
    const before = runs[index - 1];
    if (before === undefined) continue;
    const name = `${run.job} ${run.slot.toISOString()}`;
    const between = slotsBetween(schedule, before.slot.getTime(), run.slot.getTime());
    report.missed += run.missed;
    if (run.slot <= before.slot) wrong.push(`${name}: run after ${before.slot.toISOString()}`);
    if (run.startedAt < before.endedAt)
      wrong.push(`${name} on ${run.replica}: began before ${before.replica} had ended`);
    if (run.missed !== between) wrong.push(`${name}: ${run.missed} missed were counted, ${between} slots lie between`);
    const { trigger } = schedule;
    // The next of a cron expression may be an hour away: what is lost of it is a whole run, not a time.
    if (trigger.kind === 'interval') {
      const gap = run.startedAt.getTime() - before.startedAt.getTime() - trigger.seconds * 1_000;
      report.longestGapMs = Math.max(report.longestGapMs, gap);
    }
  }
  return report;
}

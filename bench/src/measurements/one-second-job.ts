import { setTimeout as pause } from 'node:timers/promises';
import type { BenchContext, Measurement } from '../measurement.ts';
import { median, percentile } from '../results/percentile.ts';
import { resultRow } from '../results/result-row.ts';

type Run = { startedAt: number; endedAt: number; replica: string };

async function measureJob(context: BenchContext) {
  const { sql, startReplica } = await context.installation();
  const seconds = context.quick ? 15 : 60;
  const replicas = [await startReplica('order-queue'), await startReplica('order-queue')];
  try {
    // A start is not what is measured here.
    await pause(3_000);
    context.say(`e: 3 replicas for ${seconds} s`);
    const until = performance.now() + seconds * 1_000;
    const [runs, floor] = await Promise.all([watchRuns(sql, until), bareTimer(until)]);
    const errors = intervalErrors(runs.map((run) => run.startedAt));
    const floorErrors = intervalErrors(floor);
    const overlaps = runs.filter((run, at) => at > 0 && run.startedAt < runs[at - 1]!.endedAt).length;
    const places = new Set(runs.map((run) => run.replica)).size;
    const what = `one-second job over ${seconds} s with 3 replicas (run by ${places} of them), error of the interval`;
    return [
      resultRow({ id: 'e.p50', what: `${what}: p50`, unit: 'ms', value: median(errors), floor: median(floorErrors) }),
      resultRow({
        id: 'e.p99',
        what: `${what}: p99`,
        unit: 'ms',
        value: percentile(errors, 0.99),
        floor: percentile(floorErrors, 0.99),
        aim: { atMost: 20 },
      }),
      resultRow({
        id: 'e.overlaps',
        what: `runs of ${runs.length} that began before the one before had ended`,
        unit: '',
        value: overlaps,
        aim: { atMost: 0 },
      }),
    ];
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
  }
}

/** Every run as its process noted it: begin and end on the clock they share. */
async function watchRuns(sql: Awaited<ReturnType<BenchContext['installation']>>['sql'], until: number): Promise<Run[]> {
  const runs: Run[] = [];
  while (performance.now() < until) {
    const [row] = await sql<{ startedAt: Date; endedAt: Date; replica: string }[]>`
      select last_started_at as "startedAt", last_ended_at as "endedAt", last_replica as replica
      from runtime.job_state where job_id = 'queue_rebalancer'`;
    const run = { startedAt: row!.startedAt.getTime(), endedAt: row!.endedAt.getTime(), replica: row!.replica };
    if (run.startedAt !== runs.at(-1)?.startedAt) runs.push(run);
    await pause(100);
  }
  return runs;
}

/** What a timer of one process that does nothing else makes of full seconds. */
async function bareTimer(until: number): Promise<number[]> {
  const woken: number[] = [];
  for (let target = Math.ceil(Date.now() / 1_000) * 1_000; performance.now() < until; target += 1_000) {
    await pause(target - Date.now());
    woken.push(performance.now());
  }
  return woken;
}

function intervalErrors(times: readonly number[]): number[] {
  return times.slice(1).map((time, at) => Math.abs(time - times[at]! - 1_000));
}

export const oneSecondJob: Measurement = { id: 'e', title: 'The one-second job with 3 replicas', measure: measureJob };

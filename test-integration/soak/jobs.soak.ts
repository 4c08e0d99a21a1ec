import { setTimeout as sleep } from 'node:timers/promises';
import { type JobDefinition, type JobTrigger, jobCatalogue, readCron } from '@sluice/contracts';
import { expect, test } from 'vitest';
import { processInARun, watchJobs } from '../harness/job-watch.ts';
import { judgeTicks, type TickReport } from '../harness/judge-ticks.ts';
import { startStack } from '../harness/start-stack.ts';
import { progress } from '../trials/progress.ts';

/** Above a minute by more than a run takes: what runs once a minute has ended one by then, wherever the minute falls. */
const QUIET_SECONDS = 75;
const KILLS = 5;
const KILL_EVERY_MS = 60_000;
const timeZone = 'Asia/Seoul';

/** Short ones for every job that runs, one of each service by the minute of the clock. */
const schedules: Record<string, { every: number } | { cron: string }> = {
  ...Object.fromEntries(
    (jobCatalogue as readonly JobDefinition[])
      .filter((job) => !job.planned)
      .map((job, index) => [job.id, { every: 2 + (index % 2) }]),
  ),
  queue_rebalancer: { every: 1 },
  symbol_validator: { cron: '* * * * *' },
  data_retention: { cron: '30 * * * * *' },
  // Where a stream is not well it looks twice, ten seconds apart: a shorter period would miss ticks as it should.
  websocket_health_monitor: { cron: '45 * * * * *' },
};

test('three replicas of each service, one of them killed every minute: each tick once or counted, and back within 10 s', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const stack = await startStack({
    strategies: ['jobs'],
    orderQueues: 3,
    gateways: 3,
    marketDatas: 3,
    notifiers: 3,
    configure: (configuration) => {
      configuration.jobs = schedules;
    },
  });
  cleanUp.defer(() => stack.stop());
  const watch = await watchJobs(stack.sql);
  const judge = async (since: Date): Promise<Record<string, TickReport>> => {
    const runs = await watch.runs(since);
    return Object.fromEntries(
      Object.keys(schedules).map((id) => {
        const own = runs.filter(({ job }) => job === id);
        return [id, judgeTicks({ trigger: triggerOf(id), timeZone }, own)];
      }),
    );
  };

  const quietSince = new Date();
  await sleep(QUIET_SECONDS * 1_000);
  const quiet = await judge(quietSince);
  progress(`without kills: ${tell(quiet)}`);
  for (const [id, { runs, missed, latestStartMs, wrong }] of Object.entries(quiet)) {
    expect({ id, wrong, missed, ran: runs > 0 }).toEqual({ id, wrong: [], missed: 0, ran: true });
    expect(latestStartMs, id).toBeLessThan(2_000);
  }

  const killsSince = new Date();
  const services = [stack.orderQueues, stack.marketDatas, stack.gateways, stack.notifiers];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const replicas = services[kill % services.length]!;
    // In the middle of a run where one can be met: the others show nothing but a start.
    const pid = await processInARun(
      stack.sql,
      replicas.map((replica) => replica.pid),
      8_000,
    );
    const killed = replicas.find((replica) => replica.pid === pid) ?? replicas[0]!;
    await killed.kill();
    await sleep(KILL_EVERY_MS / 2);
    await killed.start();
    await sleep(KILL_EVERY_MS / 2);
  }
  const lost = await stack.sql`select job_id, replica from runtime.job_run where outcome = 'lost'`;
  progress(`runs lost to a kill: ${lost.map((run) => run.job_id).join(', ')}`);
  const killed = await judge(killsSince);
  progress(`with kills: ${tell(killed)}`);
  expect(lost.length).toBeGreaterThan(0);
  for (const [id, { longestGapMs, wrong }] of Object.entries(killed)) {
    expect({ id, wrong }).toEqual({ id, wrong: [] });
    expect(longestGapMs, id).toBeLessThan(10_000);
  }
});

function triggerOf(id: string): JobTrigger {
  const schedule = schedules[id]!;
  return 'every' in schedule ? { kind: 'interval', seconds: schedule.every } : readCron(schedule.cron)!;
}

function tell(reports: Record<string, TickReport>): string {
  return Object.entries(reports)
    .map(([id, { runs, missed, longestGapMs, latestStartMs }]) => {
      return `${id} ${runs} runs, ${missed} missed, gap ${longestGapMs} ms, start ${latestStartMs} ms after its slot`;
    })
    .join('; ');
}

import type { JobDefinition } from '@sluice/contracts';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { connectPostgres } from '../postgres/connect-postgres.ts';
import { createBoss } from './create-boss.ts';
import { createQueues } from './create-queues.ts';
import { JobCluster, tick, until } from './job-cluster.ts';
import type { JobHandler } from './run-job.ts';
import { startJobs } from './start-jobs.ts';

let cluster: JobCluster;

beforeEach(async () => {
  cluster = await JobCluster.create(inject('databaseUrl'));
});

afterEach(async () => {
  await cluster.destroy();
});

test('three replicas run a one-second job once per slot, never two at once, also when a run takes longer', async () => {
  let active = 0;
  let most = 0;
  const runs: { slot: Date; startedAt: number }[] = [];
  const run = async ({ slot }: { slot: Date }) => {
    active += 1;
    most = Math.max(most, active);
    runs.push({ slot, startedAt: Date.now() });
    // Every third run overruns its slot.
    if (runs.length % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 1_300));
    active -= 1;
    return { changed: false };
  };
  for (const name of ['a', 'b', 'c']) await cluster.startReplica(name, [tick], { tick: run });
  await until(() => runs.length >= 6);
  expect(most).toBe(1);
  expect(new Set(runs.map((one) => one.slot.getTime())).size).toBe(runs.length);
  const [state] = await cluster.sql`select runs, missed from runtime.job_state where job_id = 'tick'`;
  expect(state!.missed).toBeGreaterThanOrEqual(1);
});

test('no tick is missed of before the first replica of its service, and every one of after', async () => {
  const run = async () => ({ changed: true });
  // Another service of the installation writes the schedules of all.
  await cluster.startReplica('other', [{ ...tick, service: 'market-data' }], {});
  await cluster.sql`update runtime.job_schedule set since = since - interval '1 minute'`;
  const { runner } = await cluster.startReplica('a', [tick], { tick: run });
  const state = async () => (await cluster.sql`select runs::int, missed::int from runtime.job_state`)[0];
  await until(async () => (await state())?.runs === 1);
  expect(await state()).toEqual({ runs: 1, missed: 0 });
  await runner.stop();
  await cluster.sql`update runtime.job_schedule set since = since - interval '1 minute'`;
  await cluster.sql`update runtime.job_state set last_slot = last_slot - interval '1 minute'`;
  await cluster.startReplica('b', [tick], { tick: run });
  await until(async () => (await state())!.runs > 1);
  expect((await state())!.missed).toBeGreaterThanOrEqual(59);
});

test('a replica killed in the middle of a run blocks its job for no more than 8 s', async () => {
  const boss = await createBoss({ url: cluster.database.url, applicationName: 'killed', role: 'sender' });
  await createQueues(boss, { catalogue: [tick], messages: {} });
  await boss.send('job.tick', { slot: new Date().toISOString() });
  // Taken and never settled: what a killed process leaves behind.
  await boss.fetch('job.tick');
  await boss.stop({ graceful: false });
  const began = Date.now();
  const { runner } = await cluster.startReplica('b', [tick], { tick: async () => ({ changed: false }) });
  await until(() => runner.counters().tick!.runs > 0);
  expect(Date.now() - began).toBeLessThan(8_000);
});

test('a job that runs at start does so once in the cluster, and not at all when its data is there', async () => {
  const load: JobDefinition = {
    ...tick,
    id: 'load',
    tag: 'LOAD',
    trigger: { kind: 'cron', minute: 7, hour: 3 },
    atStart: true,
  };
  let loaded = false;
  let runs = 0;
  const handler: JobHandler = {
    needsStart: async () => !loaded,
    run: async () => {
      runs += 1;
      loaded = true;
      return { changed: true, counts: { symbols: 12 } };
    },
  };
  await Promise.all(['a', 'b', 'c'].map((name) => cluster.startReplica(name, [load], { load: handler })));
  await until(async () => (await cluster.sql`select 1 from runtime.job_run`).length === 1);
  await cluster.startReplica('d', [load], { load: handler });
  // The fourth found the data there and sent nothing; what the others sent too many ended without a run.
  expect(await cluster.sql`select 1 from pgboss.job where name = 'job.load' and state < 'completed'`).toHaveLength(0);
  expect(runs).toBe(1);
});

test('schedules of jobs that left the catalogue are removed, and those that stay are kept once', async () => {
  const daily: JobDefinition = { ...tick, id: 'daily', tag: 'DAILY', trigger: { kind: 'cron', hour: 21, minute: 3 } };
  const gone: JobDefinition = { ...daily, id: 'gone', tag: 'GONE' };
  const handler = async () => ({ changed: false });
  const first = await cluster.startReplica('a', [daily, gone], { daily: handler, gone: handler });
  expect((await first.boss.getSchedules()).map((schedule) => schedule.name)).toEqual(['job.daily', 'job.gone']);
  const second = await cluster.startReplica('b', [daily], { daily: handler });
  const schedules = await second.boss.getSchedules();
  expect(schedules.map(({ name, cron, timezone }) => ({ name, cron, timezone }))).toEqual([
    { name: 'job.daily', cron: '0 3 21 * * *', timezone: 'Asia/Seoul' },
  ]);
});

test('starting and stopping twice is the same as once, and a stop waits for the run under way', async () => {
  let ended = false;
  const handlers = {
    tick: async () => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      ended = true;
      return { changed: false };
    },
  };
  const { runner, again } = await cluster.startReplica('a', [tick], handlers);
  expect(await again()).toBe(runner);
  const active = async () =>
    (await cluster.sql`select 1 from pgboss.job where name = 'job.tick' and state = 'active'`).length > 0;
  await until(active);
  await Promise.all([runner.stop(3_000), runner.stop(3_000)]);
  expect(ended).toBe(true);
});

test('a start that a busy database keeps waiting beyond the limit of a statement goes on when it can', async () => {
  const { url } = cluster.database;
  const boss = await createBoss({ url, applicationName: 'limited', role: 'worker' });
  await createQueues(boss, { catalogue: [tick], messages: {} });
  const sql = connectPostgres({ url, applicationName: 'limited', statementTimeoutMs: 100 });
  const locked = Promise.withResolvers<void>();
  const busy = cluster.sql.begin(async (tx) => {
    await tx`lock table runtime.job_schedule`;
    locked.resolve();
    await tx`select pg_sleep(0.4)`;
  });
  await locked.promise;
  const handlers = { tick: async () => ({ changed: false }) };
  const runner = await startJobs({ boss, sql, service: tick.service, replica: 'a', catalogue: [tick], handlers });
  await busy;
  await runner.stop(1_000);
  await boss.stop({ graceful: false });
  await sql.end();
});

test('a service whose handlers and catalogue do not match does not start', async () => {
  await expect(cluster.startReplica('a', [tick], {})).rejects.toThrow('no handler for tick');
  await expect(
    cluster.startReplica('b', [{ ...tick, planned: true }], { tick: async () => ({ changed: false }) }),
  ).rejects.toThrow('which the catalogue does not give it');
});

import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { askForRun } from './ask-for-run.ts';
import { createBoss } from './create-boss.ts';
import { JobCluster, tick, until } from './job-cluster.ts';
import type { JobHandler } from './run-job.ts';

const rare = { ...tick, trigger: { kind: 'interval', seconds: 86_400 } } as const;

let cluster: JobCluster;

beforeEach(async () => {
  cluster = await JobCluster.create(inject('databaseUrl'));
});

afterEach(async () => {
  await cluster.destroy();
});

/** Asks as a command does: with a client of its own. */
async function ask(job = rare as Parameters<typeof askForRun>[2]) {
  const boss = await createBoss({ url: cluster.database.url, applicationName: 'asks', role: 'sender' });
  const answer = await askForRun(boss, cluster.sql, job);
  await boss.stop({ graceful: false });
  return answer;
}

async function startReplica(handler: JobHandler) {
  await cluster.sql`
    insert into runtime.heartbeat (service, replica, started_at, ready, memory_rss, memory_limit)
    values ('order-queue', 'a', now(), true, 0, 0)`;
  await cluster.startReplica('a', [rare], { tick: handler });
}

test('a run that is asked for runs once, now, and its outcome is told', async () => {
  let runs = 0;
  await startReplica(async () => {
    runs += 1;
    return { changed: true, counts: { prices: 3 }, summary: '3 prices' };
  });
  expect(await ask()).toEqual({
    kind: 'ended',
    reply: {
      outcome: 'changed',
      counts: { prices: 3 },
      summary: '3 prices',
      replica: 'a',
      durationMs: expect.any(Number),
    },
  });
  expect(runs).toBe(1);
  const [row] = await cluster.sql`select slot, outcome from runtime.job_run`;
  expect(row).toEqual({ slot: null, outcome: 'changed' });
});

test('it waits for the run under way, and a run that fails is told with its error', async () => {
  let active = 0;
  let most = 0;
  await startReplica(async () => {
    active += 1;
    most = Math.max(most, active);
    await new Promise((resolve) => setTimeout(resolve, 200));
    active -= 1;
    throw new Error('no such market');
  });
  const asked = Promise.all([ask(), ask()]);
  const told = async () =>
    (await cluster.sql`select kind, outcome from runtime.job_event order by id`).map(Object.values);
  // A rare job's run is told when it begins, not when it is over.
  await until(async () => (await told()).length === 1);
  expect(await told()).toEqual([['started', null]]);
  expect(await asked).toEqual([
    { kind: 'failed', error: 'no such market' },
    { kind: 'failed', error: 'no such market' },
  ]);
  expect(most).toBe(1);
  expect((await told()).slice(0, 3)).toEqual([
    ['started', null],
    ['ended', 'failed'],
    ['started', null],
  ]);
});

test('where nobody is up, and for a job that is planned only, nothing is begun and nothing left behind', async () => {
  expect(await ask()).toMatchObject({
    kind: 'not begun',
    reason: expect.stringContaining('no replica of order-queue'),
  });
  expect(await ask({ ...rare, planned: true })).toMatchObject({
    kind: 'not begun',
    reason: expect.stringContaining('planned'),
  });
  expect(await cluster.sql`select 1 from pgboss.job where name = 'job.tick'`).toHaveLength(0);
});

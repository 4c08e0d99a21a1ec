import { channels, type JobDefinition } from '@sluice/contracts';
import { captureLogs } from '@sluice/telemetry/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createListener, type Listener } from '../notifications/listener.ts';
import { connectPostgres } from '../postgres/connect-postgres.ts';
import { JobCluster, tick, until } from './job-cluster.ts';
import { syncSchedules } from './sync-schedules.ts';

let cluster: JobCluster;
let listener: Listener;

beforeEach(async () => {
  cluster = await JobCluster.create(inject('databaseUrl'));
  listener = await createListener(cluster.database.url, [channels.configChanged]);
});

afterEach(async () => {
  await cluster.destroy();
  await listener.close();
});

const daily: JobDefinition = { ...tick, id: 'daily', tag: 'DAILY', trigger: { kind: 'cron', hour: 21, minute: 3 } };
const idle = async () => ({ changed: false });

/** What applying a configuration does, as far as jobs see it. */
async function configure(schedules: Record<string, string>, timeZone = 'Asia/Seoul'): Promise<void> {
  await cluster.sql.begin(async (tx) => {
    await tx`delete from config.job`;
    for (const [name, schedule] of Object.entries(schedules))
      await tx`insert into config.job values (${name}, ${schedule})`;
    await tx`
      insert into config.installation (name, time_zone, revision, applied_at) values ('test', ${timeZone}, 1, now())
      on conflict (only_row) do update set time_zone = excluded.time_zone`;
    await tx`select pg_notify(${channels.configChanged}, '')`;
  });
}

const inForce = async () => {
  const rows = await cluster.sql`select job_id, schedule from runtime.job_schedule order by job_id`;
  return Object.fromEntries(rows.map((row) => [row.job_id, row.schedule]));
};
const inQueue = async () => {
  const rows = await cluster.sql`select name, cron, timezone from pgboss.schedule order by name`;
  return rows.map((row) => `${row.name} ${row.cron} ${row.timezone}`);
};

test('schedules and the time zone follow the configuration without a restart, and back again', async () => {
  using logs = captureLogs();
  await cluster.startReplica('a', [tick, daily], { tick: idle, daily: idle }, listener);
  expect(await inForce()).toEqual({ tick: 'every 1 s', daily: '0 3 21 * * * Asia/Seoul' });
  expect(await inQueue()).toEqual(['job.daily 0 3 21 * * * Asia/Seoul']);

  await configure({ tick: 'every 61 s', daily: '30 5 9 * * *' }, 'Europe/Berlin');
  await until(() => logs.records.filter(({ message }) => message.startsWith('the schedule changed')).length === 2);
  expect(await inForce()).toEqual({ tick: 'every 61 s', daily: '30 5 9 * * * Europe/Berlin' });
  expect(await inQueue()).toEqual(['job.daily 30 5 9 * * * Europe/Berlin']);

  await configure({ daily: 'every 3600 s' });
  await until(async () => (await inForce()).tick === 'every 1 s');
  expect(await inForce()).toEqual({ tick: 'every 1 s', daily: 'every 3600 s' });
  expect(await inQueue()).toEqual([]);
});

test('a service says at its start which jobs it runs and when each is next', async () => {
  using logs = captureLogs();
  await cluster.startReplica('a', [tick, daily], { tick: idle, daily: idle });
  const said = logs.records.filter(({ level, module }) => level === 'INFO' && module === 'jobs');
  expect(said.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^order-queue runs 2 jobs: tick every 1 s, next \S+\+09:00; daily 0 3 21 \* \* \* Asia\/Seoul, next \d{4}-\d\d-\d\dT21:03:00\+09:00$/,
    ),
  ]);
});

test('a replica that has not heard of a new schedule yet runs none of its ticks under the old one', async () => {
  const slots: number[] = [];
  const run = async ({ slot }: { slot: Date }) => {
    slots.push(slot.getTime());
    return { changed: false };
  };
  // No listener: it learns of the change from the tick it is refused.
  const { boss } = await cluster.startReplica('deaf', [tick], { tick: run });
  await until(() => slots.length > 0);
  await configure({ tick: 'every 2 s' });
  await syncSchedules({ sql: cluster.sql, boss, catalogue: [tick], removeOthers: false });
  const [row] = await cluster.sql`select since from runtime.job_schedule`;
  // A run that had taken its slot before the change may still be under way.
  const begins = row!.since.getTime();
  await until(() => slots.filter((slot) => slot > begins).length >= 2);
  const after = slots.filter((slot) => slot > begins);
  expect(after.every((slot) => slot % 2_000 === 0)).toBe(true);
  expect(new Set(slots).size).toBe(slots.length);
});

test('the last to write schedules has read the configuration last', async () => {
  const { boss } = await cluster.startReplica('a', [tick], { tick: idle });
  const { sql } = cluster;
  for (let seconds = 2; seconds < 12; seconds += 1) {
    const sync = () => syncSchedules({ sql, boss, catalogue: [tick], removeOthers: false });
    await Promise.all([sync(), configure({ tick: `every ${seconds} s` }).then(sync), sync()]);
    expect(await inForce()).toEqual({ tick: `every ${seconds} s` });
  }
});

test('a daily run nobody was up for is made up for once, for its own time', async () => {
  const slots: string[] = [];
  const first = await cluster.startReplica('a', [daily], { daily: idle });
  await first.runner.stop();
  // As if the service had been down since before 21:03: the queue sends what nobody ticked.
  const due = new Date(Date.now() - 3_600_000);
  due.setUTCSeconds(0, 0);
  const { hour, minute } = { hour: due.getUTCHours(), minute: due.getUTCMinutes() };
  const now: JobDefinition = { ...daily, trigger: { kind: 'cron', hour, minute } };
  await configure({}, 'UTC');
  await cluster.sql`
    update runtime.job_schedule set schedule = ${`0 ${minute} ${hour} * * * UTC`}, since = now() - interval '3 days'`;
  await first.boss.send('job.daily', {});
  const run = async ({ slot }: { slot: Date }) => {
    slots.push(slot.toISOString());
    return { changed: true };
  };
  const { boss } = await cluster.startReplica('b', [now], { daily: run });
  await until(() => slots.length === 1);
  await boss.send('job.daily', {});
  await until(async () => (await cluster.sql`select 1 from pgboss.job where state < 'completed'`).length === 0);
  expect(slots).toEqual([due.toISOString()]);
  await until(async () => (await cluster.sql`select 1 from runtime.job_state where missed = 2`).length === 1);
});

test('an hourly run nobody was up for is skipped', async () => {
  const hour: JobDefinition = { ...daily, trigger: { kind: 'interval', seconds: 3_600 } };
  let runs = 0;
  const run = async () => {
    runs += 1;
    return { changed: false };
  };
  const { boss } = await cluster.startReplica('a', [hour], { daily: run });
  await cluster.sql`update runtime.job_schedule set since = now() - interval '3 days'`;
  await boss.send('job.daily', { slot: new Date(Date.now() - 61_000).toISOString() });
  await until(async () => (await cluster.sql`select 1 from pgboss.job where state = 'completed'`).length === 1);
  expect(runs).toBe(0);
});

test('a process waits for its turn to write longer than its other statements may take', async () => {
  const { boss } = await cluster.startReplica('a', [daily], { daily: idle });
  const hurried = connectPostgres({
    url: cluster.database.url,
    max: 2,
    applicationName: 'test',
    statementTimeoutMs: 200,
  });
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const holder = cluster.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(7305014)`;
    held.resolve();
    await released.promise;
  });
  await held.promise;
  const writing = syncSchedules({ sql: hurried, boss, catalogue: [daily, tick], removeOthers: false });
  await until(async () => {
    const waiting = await cluster.sql`
      select 1 from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and now() - query_start > interval '300 ms'`;
    return waiting.length > 0;
  });
  released.resolve();
  await Promise.all([holder, writing]);
  expect(Object.keys(await inForce())).toEqual(['daily', 'tick']);
  await hurried.end();
});

import type { JobDefinition } from '@sluice/contracts';
import { captureLogs } from '@sluice/telemetry/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { JobCluster, tick, until } from './job-cluster.ts';

let cluster: JobCluster;

beforeEach(async () => {
  cluster = await JobCluster.create(inject('databaseUrl'));
});

afterEach(async () => {
  await cluster.destroy();
});

test('a run starts within 2 s of its slot and carries the tag of its job', async () => {
  using logs = captureLogs();
  const late: number[] = [];
  await cluster.startReplica('a', [tick], {
    tick: async ({ slot, log }) => {
      late.push(Date.now() - slot.getTime());
      log.debug('inside');
      return { changed: false };
    },
  });
  await until(() => late.length >= 3);
  expect(Math.max(...late)).toBeLessThan(2_000);
  const inside = logs.records.filter((record) => record.message === 'inside');
  expect(inside.length).toBeGreaterThanOrEqual(3);
  expect(inside.every((record) => record.tag === 'TICK')).toBe(true);
});

test('an idle frequent job writes one line at its first run and none after, and its runs share a row', async () => {
  using logs = captureLogs();
  await cluster.startReplica('a', [tick], { tick: async () => ({ changed: false }) });
  const recorded = () => cluster.sql<{ runs: number }[]>`select sum(runs)::int as runs from runtime.job_run`;
  await until(async () => (await recorded())[0]!.runs >= 3);
  expect(logs.records.filter((record) => record.tag === 'TICK').map((record) => record.level)).toEqual(['INFO']);
  const rows = await cluster.sql`select outcome, runs, replica, ended_at > started_at as later from runtime.job_run`;
  // Two where five minutes end in between.
  expect(rows.length).toBeLessThanOrEqual(2);
  expect(rows.reduce((sum, row) => sum + row.runs, 0)).toBeGreaterThanOrEqual(3);
  expect(rows[0]).toMatchObject({ outcome: 'idle', replica: 'a', later: true });
  const [state] = await cluster.sql`select last_outcome, runs, failures from runtime.job_state`;
  expect(state).toMatchObject({ last_outcome: 'idle', failures: 0 });
  // What nothing came of is not told live.
  expect(await cluster.sql`select 1 from runtime.job_event`).toHaveLength(0);
});

test('a job that fails is logged as ERROR with its stack, recorded, and runs again at its next slot', async () => {
  using logs = captureLogs();
  let runs = 0;
  await cluster.startReplica('a', [tick], {
    tick: async () => {
      runs += 1;
      if (runs === 1) throw new TypeError('no such market');
      return { changed: true, counts: { placed: 2 } };
    },
  });
  await until(async () => (await cluster.sql`select 1 from runtime.job_run`).length >= 2);
  const error = logs.records.find((record) => record.level === 'ERROR');
  expect(error).toMatchObject({ tag: 'TICK', message: 'tick failed: no such market' });
  expect(error!.attributes['exception.type']).toBe('TypeError');
  const rows = await cluster.sql`select outcome, counts, error from runtime.job_run order by id limit 2`;
  expect([...rows]).toEqual([
    { outcome: 'failed', counts: null, error: 'no such market' },
    { outcome: 'changed', counts: { placed: 2 }, error: null },
  ]);
  const told = await cluster.sql`select kind, outcome, counts, error from runtime.job_event order by id limit 4`;
  expect([...told]).toEqual([
    { kind: 'started', outcome: null, counts: null, error: null },
    { kind: 'ended', outcome: 'failed', counts: null, error: 'no such market' },
    { kind: 'started', outcome: null, counts: null, error: null },
    { kind: 'ended', outcome: 'changed', counts: { placed: 2 }, error: null },
  ]);
});

test('a handler is told to end before its bound, and the job goes on afterwards', async () => {
  using logs = captureLogs();
  const outcomes: string[] = [];
  const short: JobDefinition = { ...tick, expireInSeconds: 2 };
  await cluster.startReplica('a', [short], {
    tick: async ({ signal }) => {
      if (outcomes.length > 0) {
        outcomes.push('good');
        return { changed: false };
      }
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      outcomes.push('aborted');
      signal.throwIfAborted();
      return { changed: false };
    },
  });
  await until(() => outcomes.length >= 2);
  expect(outcomes.slice(0, 2)).toEqual(['aborted', 'good']);
  expect(logs.records.some((record) => record.level === 'ERROR' && record.message.includes('longer than 1.8 s'))).toBe(
    true,
  );
  const [first] = await cluster.sql`select outcome from runtime.job_run order by id`;
  expect(first).toEqual({ outcome: 'aborted' });
});

test('a run by the time of day starts within 2 s of it, once', async () => {
  const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 2_000);
  const seoul = new Date(at.getTime() + 9 * 3_600_000);
  const trigger = {
    kind: 'cron',
    hour: seoul.getUTCHours(),
    minute: seoul.getUTCMinutes(),
    second: seoul.getUTCSeconds(),
  } as const;
  const starts: { slot: number; late: number }[] = [];
  const run = async ({ slot }: { slot: Date }) => {
    starts.push({ slot: slot.getTime(), late: Date.now() - slot.getTime() });
    return { changed: false };
  };
  const daily: JobDefinition = { ...tick, trigger };
  for (const name of ['a', 'b']) await cluster.startReplica(name, [daily], { tick: run });
  // The queue's own schedule sends the same run a second or two later; it is not run again.
  await until(async () => {
    const [row] = await cluster.sql`
      select count(*)::int as sent from pgboss.job where name = 'job.tick' and state = 'completed'`;
    return starts.length > 0 && row!.sent >= 2;
  });
  expect(starts).toEqual([{ slot: at.getTime(), late: expect.any(Number) }]);
  expect(starts[0]!.late).toBeLessThan(2_000);
});

import { jobCatalogue } from '@sluice/contracts';
import { createBoss } from '@sluice/service-runtime';
import { type DrivenReplica, startDrivenReplica } from '@sluice/service-runtime/testing';
import { captureLogs } from '@sluice/telemetry/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { createWatch } from '../watching/watch-warnings.ts';
import { queueRebalancerHandler } from './queue-rebalancer.ts';

const job = jobCatalogue.find(({ id }) => id === 'queue_rebalancer')!;
const names = ['order-queue-0', 'order-queue-1', 'order-queue-2'];
const start = Date.parse('2026-03-02T00:00:00Z');

let queue: TestQueue;
let boss: Awaited<ReturnType<typeof createBoss>>;
let replicas: DrivenReplica[];
let second = 0;

beforeAll(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  const { sql, swaps, room, configuration } = queue;
  boss = await createBoss({ url: queue.url, applicationName: 'order-queue-test', role: 'sender' });
  replicas = await Promise.all(
    names.map((replica) => {
      const deps = { sql, boss, replica, configuration, swaps, room, now: Date.now, committed: () => {} };
      const handler = queueRebalancerHandler({ ...deps, watch: createWatch(sql, boss, configuration, Date.now) });
      return startDrivenReplica({ job, handler, sql, replica });
    }),
  );
  await sql`
    insert into runtime.heartbeat (service, replica, started_at, beat_at, ready, memory_rss, memory_limit)
    select 'order-queue', name, now(), now() + interval '1 hour', true, 120e6, 512e6 from unnest(${names}::text[]) name`;
});

afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await boss.stop({ graceful: false });
  await queue.end();
});

/** One second of the cluster: whichever replica gets the tick. */
async function tick(): Promise<void> {
  await replicas[second % replicas.length]!.tick(new Date(start + second * 1_000));
  second += 1;
}

test('the first tick of each replica says what it found', async () => {
  using logs = captureLogs();
  for (const _ of names) await tick();
  expect(logs.records.map(({ level, tag }) => `${level} ${tag}`)).toEqual(Array(3).fill('INFO QUEUE_REBAL'));
});

test('600 idle ticks of three replicas write two lines in all, at any level', async () => {
  using logs = captureLogs();
  for (let n = 0; n < 600; n += 1) await tick();
  expect(logs.records).toHaveLength(2);
  for (const { level, tag, message, attributes } of logs.records) {
    expect({ level, tag }).toEqual({ level: 'INFO', tag: 'QUEUE_REBAL' });
    expect(message).toMatch(
      /^Queue rebalancer: 1 active accounts, 0 due pairs, 0 orders open, 0 pending; \d+ runs, 0 failed, 0 missed; /,
    );
    expect(attributes.counts).toEqual({ accounts: 1, due: 0, open: 0, pending: 0 });
    expect(attributes.memory).toEqual(names.map((name) => `order-queue ${name} 120 MB`));
  }
});

test('ten ticks that do something write one INFO line each', async () => {
  await queue.market('BTC/USDT', { open: 1 });
  await queue.plan(Array.from({ length: 11 }, (_, n) => ({ price: String(90_000 + n) })));
  using logs = captureLogs();
  for (let n = 0; n < 10; n += 1) {
    // The one that is live is filled, which is what frees its slot.
    await queue.sql`
      update orders.entry set status = 'filled', executed = quantity, ended_at = now() where status = 'submitting'`;
    await queue.sql`
      insert into orders.rebalance_due (account, symbol, due_at) values ('a1', 'BTC/USDT', clock_timestamp())
      on conflict (account, symbol) do update set due_at = excluded.due_at, version = rebalance_due.version + 1`;
    await tick();
  }
  const told = logs.records.filter(({ level }) => level !== 'DEBUG');
  expect(told.map(({ level, tag, message }) => `${level} ${tag} ${message}`)).toEqual(
    Array(10).fill('INFO QUEUE_REBAL Queue rebalancer: 1 pairs planned, 1 orders to send, 0 to swap out'),
  );
  expect(told[0]!.attributes).toMatchObject({
    'event.name': 'job',
    'job.id': 'queue_rebalancer',
    outcome: 'changed',
    missed: 0,
    counts: { due: 1, planned: 1, sent: 1, demoted: 0 },
  });
  expect(logs.records.every(({ tag }) => tag === 'QUEUE_REBAL')).toBe(true);
});

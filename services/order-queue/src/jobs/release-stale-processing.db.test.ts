import { createBoss } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { captureLogs } from '@sluice/telemetry/testing';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { claimDueAttempts } from '../db/claims.ts';
import { readUnansweredAlerts } from '../db/stale.ts';
import { accepted, createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { releaseStaleProcessing } from './release-stale-processing.ts';

let queue: TestQueue;
let answered: string[];
let boss: Awaited<ReturnType<typeof createBoss>>;
beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  await queue.market('BTC/USDT', { open: 2 });
  answered = [];
  boss = await createBoss({ url: queue.url, applicationName: 'order-queue-test', role: 'sender' });
});
afterEach(async () => {
  await boss.stop({ graceful: false });
  await queue.end();
});

async function sweep() {
  using logs = captureLogs();
  const { sql, configuration } = queue;
  const heard = (ids: string[]) => answered.push(...ids);
  const job = releaseStaleProcessing({ sql, boss, configuration, now: Date.now, answered: heard });
  const outcome = await job({ signal: new AbortController().signal, slot: new Date(), log: getLogger('sweep') });
  return { counts: outcome.counts, warnings: logs.records.map(({ message }) => message) };
}

const grownOld = () => queue.sql`update orders.entry set updated_at = updated_at - interval '2 minutes'`;
const claimed = () => claimDueAttempts(queue.sql, 'replica-2', 10, Date.now());

describe('the sweep', () => {
  test('finds nothing where everything is as it should be, however old', async () => {
    const { committed } = await queue.plan([{ price: '90000' }, { price: '89000' }, { price: '88000' }]);
    await queue.record(committed.tasks.map((task) => accepted(task)));
    await grownOld();
    expect(await sweep()).toEqual({ counts: { stale: 0, handed_back: 0, forgotten: 0, answered: 0 }, warnings: [] });
  });

  test('gives a placement nobody would act on back to the send loops, which look it up', async () => {
    await queue.plan([{ price: '90000' }]);
    await grownOld();
    await queue.sql`update orders.attempt set action = null, due_at = null, claimed_by = null`;
    expect(await claimed()).toEqual([]);
    const { counts, warnings } = await sweep();
    expect(counts).toMatchObject({ stale: 1, handed_back: 1 });
    expect(warnings).toEqual([expect.stringMatching(/order 1 of a1 BTC\/USDT is submitting for 1\d\d s: nobody/)]);
    expect(await claimed()).toMatchObject([{ orderId: 1, action: 'find' }]);
  });

  test('has a cancel that nobody would act on sent once more', async () => {
    const { committed } = await queue.plan([{ price: '90000' }]);
    await queue.record(committed.tasks.map((task) => accepted(task)));
    await queue.plan([{ type: 'CANCEL_ALL_ORDER', side: null }]);
    await grownOld();
    await queue.sql`update orders.attempt set action = null, due_at = null`;
    expect((await sweep()).counts).toMatchObject({ handed_back: 1 });
    expect(await claimed()).toMatchObject([{ orderId: 1, action: 'cancel' }]);
  });

  test('only tells of what a process has had for a minute: its claim runs out by itself', async () => {
    await queue.plan([{ price: '90000' }]);
    await grownOld();
    const { counts, warnings } = await sweep();
    expect(counts).toMatchObject({ stale: 1, handed_back: 0 });
    expect(warnings).toEqual([expect.stringContaining('its place is with replica-1')]);
  });

  test('has its owner told once of an order whose outcome is not found out within a quarter of an hour', async () => {
    await queue.plan([{ price: '90000' }, { price: '89000' }]);
    await grownOld();
    await queue.sql`update orders.entry set updated_at = updated_at - interval '15 minutes' where id = 2`;
    await sweep();
    await sweep();
    const told = await queue.sql<{ data: object }[]>`select data from pgboss.job where name = 'notify'`;
    expect(told.map(({ data }) => data)).toMatchObject([
      {
        kind: 'order_needs_person',
        account: 'a1',
        symbol: 'BTC/USDT',
        orderId: 2,
        detail: expect.stringContaining('17 min'),
      },
    ]);
  });

  test('leaves a pair alone that is being recorded at this moment', async () => {
    await queue.plan([{ price: '90000' }]);
    await grownOld();
    await queue.sql`update orders.attempt set action = null, due_at = null`;
    const held = await queue.sql.reserve();
    await held`select pg_advisory_lock(hashtextextended(${'a1\nBTC/USDT'}, 71))`;
    expect((await sweep()).counts).toMatchObject({ stale: 1, handed_back: 0 });
    await held`select pg_advisory_unlock(hashtextextended(${'a1\nBTC/USDT'}, 71))`;
    held.release();
    expect((await sweep()).counts).toMatchObject({ handed_back: 1 });
  });

  test('has a pair planned whose retry is over and that is not due', async () => {
    await queue.plan([{ price: '90000' }]);
    await queue.sql`update orders.attempt set action = null, due_at = null, final = true`;
    await queue.sql`update orders.entry set status = 'pending', retry_at = now() - interval '2 minutes'`;
    await grownOld();
    await queue.sql`delete from orders.rebalance_due`;
    const { counts, warnings } = await sweep();
    expect(counts).toMatchObject({ forgotten: 1 });
    expect(warnings).toEqual([expect.stringContaining('its retry is due')]);
    expect(await queue.tick()).toMatchObject([{ action: 'place' }]);
  });

  test('looks at the alerts of the last day and not at all that are kept', async () => {
    let text = '';
    const explaining = new Proxy(queue.sql, {
      apply(sql, _, [strings, ...values]: [TemplateStringsArray, ...never[]]) {
        const parts = [`explain ${strings[0]}`, ...strings.slice(1)];
        return sql(Object.assign(parts, { raw: parts }), ...values).then((rows) => {
          text = rows.map((row) => row['QUERY PLAN']).join('\n');
          return [];
        });
      },
    });
    await readUnansweredAlerts(explaining, 60, 10);
    expect(text).toMatch(/alert_account_planned[\s\S]*Index Cond: \(planned_at > /);
  });

  test('stores the answer of an alert that is at rest without one, and tells who waits', async () => {
    const { alertId, committed } = await queue.plan([{ price: '90000' }]);
    await queue.record(committed.tasks.map((task) => accepted(task)));
    await queue.sql`delete from orders.alert_answer`;
    await queue.sql`update orders.alert_account set planned_at = planned_at - interval '2 minutes'`;
    expect((await sweep()).counts).toMatchObject({ answered: 1 });
    expect(answered).toEqual([alertId]);
    expect((await sweep()).counts).toMatchObject({ answered: 0 });
  });
});

import { connectPostgres, deleteInSteps, type Sql } from '@sluice/service-runtime';
import { createMigratedDatabase, type TestDatabase } from '@sluice/service-runtime/testing';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { retentionSteps } from './retention-steps.ts';

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 2, applicationName: 'test' });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});
beforeEach(async () => {
  await sql`truncate gateway.receipt, gateway.dead_letter, gateway.dead_letter_hour, orders.entry, orders.attempt,
    orders.fill, orders.alert_answer, runtime.job_run, runtime.job_event`;
});

const ages = { receiptsDays: 90, eventsDays: 30, runsDays: 14 };
const never = new AbortController().signal;
const run = (signal = never) => deleteInSteps(retentionSteps(sql, ages), { signal, pauseMs: 0 });
const id = (name: string) => Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32);
const ago = (days: number) => new Date(Date.now() - days * 86_400_000);

async function receipt(
  name: string,
  days: number,
  of: { resendOf?: string; refused?: true; answered?: true; order?: string } = {},
): Promise<void> {
  const arrival = of.resendOf || of.refused ? null : 1 + (await sql`select from gateway.receipt`).length;
  await sql`
    insert into gateway.receipt (id, strategy, received_at, arrival, body_hash, orders, accounts, warnings, duplicate_of, refusal)
    values (${id(name)}, 's1', ${ago(days)}, ${arrival}, '', '[]', '{}', '[]', ${of.resendOf ? id(of.resendOf) : null},
      ${of.refused ? 'stale' : null})`;
  if (of.answered) await sql`insert into orders.alert_answer (alert_id, body) values (${id(name)}, '{}')`;
  if (of.order) {
    await sql`
      insert into orders.entry (id, uuid, alert_id, strategy, account, venue, symbol, order_index, arrival, type, side,
        reduce_only, quantity, priority, sort_price, status, wanted, received_at)
      values (nextval('orders.entry_id'), gen_random_uuid(), ${id(name)}, 's1', 'a1', 'binance-usdm', 'BTC/USDT', 0, 1,
        'LIMIT', 'buy', false, 1, 3, 1, ${of.order}, 'live', now())`;
  }
}

const left = async () =>
  (await sql<{ id: string }[]>`select id from gateway.receipt order by id`)
    .map((row) => Buffer.from(row.id, 'hex').toString().replaceAll('\0', ''))
    .sort();

test('receipts past their age go with their resends; nothing young, unanswered or alive does', async () => {
  await receipt('gone', 91, { answered: true, order: 'cancelled' });
  await receipt('again', 90.5, { resendOf: 'gone' });
  await receipt('refused', 91, { refused: true });
  await receipt('young', 89, { answered: true });
  await receipt('unanswered', 91);
  for (const status of ['pending', 'open', 'unresolved_place'])
    await receipt(status, 91, { answered: true, order: status });
  await receipt('resent', 91, { answered: true });
  await receipt('lately', 89, { resendOf: 'resent' });

  expect(await run()).toMatchObject({ receipts: 3 });
  expect(await left()).toEqual(['lately', 'open', 'pending', 'resent', 'unanswered', 'unresolved_place', 'young']);
  expect(await run()).toMatchObject({ receipts: 0 });
});

test('a thousand old receipts, some of them kept, are walked in batches and each is seen', async () => {
  await sql`
    insert into gateway.receipt (id, strategy, received_at, arrival, body_hash, orders, accounts, warnings)
    select md5(n::text), 's1', now() - interval '100 days' + (n / 10) * interval '1 s', n, '', '[]', '{}', '[]'
    from generate_series(1, 1500) n`;
  await sql`
    insert into orders.alert_answer (alert_id, body) select md5(n::text), '{}' from generate_series(1, 1500) n where n % 3 <> 0`;
  const stop = new AbortController();
  const [receipts] = retentionSteps(sql, ages);
  const broken = {
    ...receipts!,
    async deleteSome(limit: number, after: string | null) {
      stop.abort(new Error('the process stops'));
      return await receipts!.deleteSome(limit, after);
    },
  };
  await expect(deleteInSteps([broken], { signal: stop.signal, pauseMs: 0 })).rejects.toThrow('the process stops');
  const between = (await left()).length;
  expect(between).toBeLessThan(1_500);
  expect(between).toBeGreaterThan(500);
  expect(await run()).toMatchObject({ receipts: between - 500 });
  expect(await sql`select from gateway.receipt where arrival % 3 <> 0`).toHaveLength(0);
});

test('dead letters, their counts and the records of job runs go by their own ages', async () => {
  for (const days of [91, 89]) {
    await sql`
      insert into gateway.dead_letter (received_at, reason, detail, body, bytes) values (${ago(days)}, 'malformed', '', '', 1)`;
    await sql`insert into gateway.dead_letter_hour (hour, reason) values (${ago(days)}, 'malformed')`;
  }
  for (const days of [15, 13]) {
    await sql`
      insert into runtime.job_run (job_id, replica, started_at, ended_at, outcome)
      values ('price_cache', 'a', ${ago(days)}, ${ago(days)}, 'changed')`;
  }
  for (const days of [31, 29]) {
    await sql`
      insert into runtime.job_event (at, kind, job_id, replica, started_at)
      values (${ago(days)}, 'started', 'price_cache', 'a', ${ago(days)})`;
  }
  const each = (count: number) => ({
    receipts: 0,
    'dead letters': count,
    'counts of dead letters': count,
    'job runs': count,
    'job events': count,
  });
  expect(await run()).toEqual(each(1));
  expect(await run()).toEqual(each(0));
});

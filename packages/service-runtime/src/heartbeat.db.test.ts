import { captureLogs } from '@sluice/telemetry/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startHeartbeat } from './heartbeat.ts';
import { connectPostgres, type Sql } from './postgres/connect-postgres.ts';
import { createMigratedDatabase, type TestDatabase } from './testing.ts';

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

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries += 1) {
    if (tries > 500) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a replica writes its row with its memory, keeps it fresh, and takes it away when it stops', async () => {
  let ready = false;
  const heartbeat = startHeartbeat({
    sql,
    service: 'order-queue',
    replica: 'a',
    version: '1.2.3',
    everyMs: 20,
    ready: () => ready,
    details: () => ({ accounts: 2 }),
  });
  const row = async () => (await sql`select * from runtime.heartbeat where replica = 'a'`)[0];
  await until(async () => (await row()) !== undefined);
  const first = (await row())!;
  expect(first).toMatchObject({ service: 'order-queue', version: '1.2.3', details: { accounts: 2 }, ready: false });
  expect(first.memory_rss).toBeGreaterThan(10e6);
  expect(first.memory_limit).toBeGreaterThan(first.memory_rss);
  ready = true;
  await until(async () => (await row())!.ready && (await row())!.beat_at > first.beat_at);
  await Promise.all([heartbeat.stop(), heartbeat.stop()]);
  expect(await row()).toBeUndefined();
});

test('rows of processes that died are swept after ten minutes, not before', async () => {
  await sql`
    insert into runtime.heartbeat (service, replica, started_at, beat_at, ready, memory_rss, memory_limit)
    values ('x', 'old', now(), now() - interval '11 minutes', true, 1, 1),
           ('x', 'late', now(), now() - interval '9 minutes', true, 1, 1)`;
  const heartbeat = startHeartbeat({ sql, service: 'x', replica: 'b', ready: () => true });
  await until(async () => (await sql`select 1 from runtime.heartbeat where replica = 'old'`).length === 0);
  expect(await sql`select 1 from runtime.heartbeat where replica = 'late'`).toHaveLength(1);
  await heartbeat.stop();
});

test('a database that does not answer is told of once, and once when it is back', async () => {
  using logs = captureLogs();
  await sql`alter table runtime.heartbeat rename to heartbeat_away`;
  const heartbeat = startHeartbeat({ sql, service: 'x', replica: 'c', everyMs: 10, ready: () => true });
  await until(async () => logs.records.some((record) => record.level === 'WARNING'));
  await sql`alter table runtime.heartbeat_away rename to heartbeat`;
  await until(async () => logs.records.some((record) => record.level === 'INFO'));
  expect(logs.records.map((record) => record.level)).toEqual(['WARNING', 'INFO']);
  await heartbeat.stop();
});

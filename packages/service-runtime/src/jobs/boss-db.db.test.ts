import { queues } from '@sluice/contracts';
import { currentJobTag, runWithJobTag } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { takeConflicts } from '../postgres/conflicts.ts';
import { connectPostgres, type Sql } from '../postgres/connect-postgres.ts';
import { withTransaction } from '../postgres/with-transaction.ts';
import { createMigratedDatabase, type TestDatabase } from '../testing.ts';
import { bossDb } from './boss-db.ts';
import { createBoss } from './create-boss.ts';

let database: TestDatabase;
let sql: Sql;
let boss: PgBoss;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 2, applicationName: 'test' });
  boss = await createBoss({ url: database.url, applicationName: 'boss', role: 'worker' });
});

afterAll(async () => {
  await boss.stop({ graceful: false });
  await sql.end();
  await database.drop();
});

test('a job is enqueued when the transaction commits and is gone when it is rolled back', async () => {
  const send = (alertId: string, fail: boolean) =>
    withTransaction(sql, async (tx) => {
      await boss.send(queues.planAlert, { alertId, strategy: 's' }, { db: bossDb(tx) });
      if (fail) throw new Error('rolled back');
    });
  await expect(send('lost', true)).rejects.toThrow('rolled back');
  await send('kept', false);
  const jobs = await sql`select data from pgboss.job where name = ${queues.planAlert}`;
  expect(jobs.map((job) => job.data.alertId)).toEqual(['kept']);
});

test('a message carries the job tag of its sender to its handler', async () => {
  const tag = new Promise<string | undefined>((resolve) => {
    void boss.work(queues.notify, { batchSize: 1 }, async () => resolve(currentJobTag()));
  });
  await runWithJobTag('QUEUE_REBAL', () =>
    withTransaction(sql, (tx) => boss.send(queues.notify, { kind: 'memory' }, { db: bossDb(tx) })),
  );
  expect(await tag).toBe('QUEUE_REBAL');
  expect(currentJobTag()).toBeUndefined();
});

test('a worker takes three connections', async () => {
  const open = await sql`
    select 1 from pg_stat_activity where datname = current_database() and application_name like 'boss%'`;
  expect(open.length).toBeLessThanOrEqual(3);
});

test("a conflict on the queue's own connections counts like one of ours, and another failure of them does not", async () => {
  await sql`
    create function fail_insert() returns trigger language plpgsql as $$
    begin raise exception using errcode = new.data ->> 'code', message = 'told to'; end $$`;
  await sql`create trigger fail_insert before insert on pgboss.job for each row
            when (new.name = 'dry_run') execute function fail_insert()`;
  takeConflicts();
  for (const code of ['40P01', '22023']) await expect(boss.send(queues.dryRun, { code })).rejects.toThrow('told to');
  expect(takeConflicts()).toBe(1);
});

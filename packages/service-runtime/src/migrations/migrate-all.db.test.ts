import { jobCatalogue, queues } from '@sluice/contracts';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connectPostgres, type Sql } from '../postgres/connect-postgres.ts';
import { createMigratedDatabase, createTestDatabase, type TestDatabase } from '../testing.ts';
import { migrateAll } from './migrate-all.ts';

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

test('a migrated database has the runtime schema and a queue for every job that runs and every message', async () => {
  await sql`select service, replica, beat_at from runtime.heartbeat`;
  const names = (await sql<{ name: string }[]>`select name from pgboss.queue`).map((row) => row.name);
  const jobs = jobCatalogue.filter((job) => !('planned' in job)).map((job) => `job.${job.id}`);
  expect(names).toEqual(expect.arrayContaining([...jobs, ...Object.values(queues)]));
});

test('migrating again changes nothing', async () => {
  const before = await sql`select count(*) from runtime.migration`;
  await migrateAll(database.url);
  expect(await sql`select count(*) from runtime.migration`).toEqual(before);
});

test('two migrations of one empty database at once both succeed', async () => {
  const empty = await createTestDatabase(inject('databaseUrl'));
  try {
    await Promise.all([migrateAll(empty.url), migrateAll(empty.url)]);
  } finally {
    await empty.drop();
  }
});

test('test databases of the same migrations are copied from one template', async () => {
  const copies = await Promise.all([1, 2, 3].map(() => createMigratedDatabase(inject('databaseUrl'))));
  const templates = await sql`select datname from pg_database where datname like 'sluice_template_%'`;
  await Promise.all(copies.map((copy) => copy.drop()));
  // On a server that is kept, older migrations have left theirs.
  expect(templates.filter((row) => row.datname.endsWith('_draft'))).toEqual([]);
  expect(templates.length).toBeGreaterThanOrEqual(1);
});

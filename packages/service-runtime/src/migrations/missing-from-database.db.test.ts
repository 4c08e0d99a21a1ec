import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connectPostgres, type Sql } from '../postgres/connect-postgres.ts';
import { createMigratedDatabase, createTestDatabase, type TestDatabase } from '../testing.ts';
import { missingFromDatabase } from './missing-from-database.ts';

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 1, applicationName: 'test' });
});

afterAll(async () => {
  await sql.end();
  await database.drop();
});

test('of an empty database the first migration is missing', async () => {
  const empty = await createTestDatabase(inject('databaseUrl'));
  const there = connectPostgres({ url: empty.url, max: 1, applicationName: 'test' });
  try {
    expect(await missingFromDatabase(there)).toMatch(/^runtime\/0001_.*\.sql has not run$/);
  } finally {
    await there.end();
    await empty.drop();
  }
});

test('nothing is missing once all has been migrated, also where a later version has added to it', async () => {
  await sql`insert into orders.migration (version, name, hash) values (9999, 'of-a-later-version', '')`;
  expect(await missingFromDatabase(sql)).toBeUndefined();
});

test('a migration that is still under way is not taken for a complete one', async () => {
  await sql`delete from pgboss.queue where name = 'job.price_cache'`;
  expect(await missingFromDatabase(sql)).toBe('the queue job.price_cache is not there');
  await sql`delete from market.migration where version = (select max(version) from market.migration)`;
  expect(await missingFromDatabase(sql)).toMatch(/^market\/\d{4}_.*\.sql has not run$/);
});

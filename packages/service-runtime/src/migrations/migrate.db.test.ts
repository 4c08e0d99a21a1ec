import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { connectPostgres, type Sql } from '../postgres/connect-postgres.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { migrate } from './migrate.ts';

let database: TestDatabase;
let sql: Sql;
let directory: string;

beforeEach(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 3, applicationName: 'test' });
  directory = await mkdtemp(join(tmpdir(), 'migrations-'));
});

afterEach(async () => {
  await sql.end();
  await database.drop();
  await rm(directory, { recursive: true });
});

const write = (name: string, text: string) => writeFile(join(directory, name), text);
const run = () => migrate(sql, { schema: 'shop', directory });

test('files run in order, once, with their schema first on the search path', async () => {
  await write('0002_fill.sql', "insert into item values ('b');");
  await write('0001_item.sql', "create table item (name text);\ninsert into shop.item values ('a');");
  expect(await run()).toBe(2);
  expect(await run()).toBe(0);
  expect([...(await sql`select name from shop.item order by name`)]).toEqual([{ name: 'a' }, { name: 'b' }]);
  expect([...(await sql`select version, name from shop.migration order by version`)]).toEqual([
    { version: 1, name: 'item' },
    { version: 2, name: 'fill' },
  ]);
});

test('a file that fails leaves nothing of itself, and the ones before it stay', async () => {
  await write('0001_item.sql', 'create table item (name text);');
  await write('0002_broken.sql', 'create table other (name text); select nothing from nowhere;');
  await expect(run()).rejects.toThrow(/0002_broken\.sql failed, nothing of it stays: .*nowhere/);
  const tables = await sql`select to_regclass('shop.item')::text as item, to_regclass('shop.other')::text as other`;
  expect([...tables]).toEqual([{ item: 'shop.item', other: null }]);
  await write('0002_broken.sql', 'create table other (name text);');
  expect(await run()).toBe(1);
});

test('a file that was changed after it ran is refused with what to do', async () => {
  await write('0001_item.sql', 'create table item (name text);');
  await run();
  await write('0001_item.sql', 'create table item (name text, price numeric);');
  await expect(run()).rejects.toThrow('0001_item.sql was changed after it ran: put it back');
});

test('a change of line ends is no change', async () => {
  await write('0001_item.sql', 'create table item (\n  name text\n);\n');
  await run();
  await write('0001_item.sql', 'create table item (\r\n  name text\r\n);\r\n');
  expect(await run()).toBe(0);
});

test('a file numbered below what has run is refused, since it would run in another order elsewhere', async () => {
  await write('0002_item.sql', 'create table item (name text);');
  await run();
  await write('0001_late.sql', 'create table late (name text);');
  await expect(run()).rejects.toThrow('give it a number above 2');
});

test('two files of one number, or a name of another form, are refused before anything runs', async () => {
  await write('0001_item.sql', 'create table item (name text);');
  await write('0001_other.sql', 'create table other (name text);');
  await expect(run()).rejects.toThrow('have the same number');
  await rm(join(directory, '0001_other.sql'));
  await write('2_other.sql', 'create table other (name text);');
  await expect(run()).rejects.toThrow('name it NNNN_name.sql');
});

test('several at once run each file once', async () => {
  await write('0001_item.sql', 'create table item (name text); select pg_sleep(0.1);');
  const ran = await Promise.all([run(), run(), run()]);
  expect(ran.toSorted()).toEqual([0, 0, 1]);
});

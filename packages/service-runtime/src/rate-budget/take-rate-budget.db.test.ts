import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connectPostgres, type Sql } from '../postgres/connect-postgres.ts';
import { createMigratedDatabase, type TestDatabase } from '../testing.ts';
import { closeScope, type RateAsk, readClosedScopes, takeRateBudget } from './take-rate-budget.ts';

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 8, applicationName: 'test' });
});
afterAll(async () => {
  await sql.end({ timeout: 5 });
  await database.drop();
});

const ask = (scope: string, changes: Partial<RateAsk> = {}): RateAsk => ({
  ...{ scope, windowMs: 10_000, windowNo: 100, want: 10, ceiling: 25, floor: 0 },
  ...changes,
});

test('processes that ask at the same moment get no more than the ceiling together', async () => {
  const asks = Array.from({ length: 40 }, () => takeRateBudget(sql, [ask('crowd'), ask('crowd', { windowNo: 101 })]));
  const granted = await Promise.all(asks);
  expect(granted.reduce((sum, [first]) => sum + first!, 0)).toBe(25);
  expect(granted.reduce((sum, [, second]) => sum + second!, 0)).toBe(25);
});

test('asks in any order are answered in the order given, and never lock in a circle', async () => {
  const scopes = ['one', 'two', 'three', 'four'];
  await Promise.all(
    Array.from({ length: 30 }, (_, turn) => {
      const turned = scopes.map((_, at) => ask(scopes[(at + turn) % 4]!, { want: 1, ceiling: 1_000 }));
      return takeRateBudget(sql, turned);
    }),
  );
  expect(await takeRateBudget(sql, [ask('two', { want: 5, ceiling: 33 }), ask('new', { want: 2 })])).toEqual([3, 2]);
});

test('a new window is empty, whatever the one before held, and the one before gets nothing more', async () => {
  expect(await takeRateBudget(sql, [ask('turn', { want: 25 })])).toEqual([25]);
  expect(await takeRateBudget(sql, [ask('turn', { windowNo: 104, want: 25 })])).toEqual([25]);
  expect(await takeRateBudget(sql, [ask('turn', { windowNo: 100 })])).toEqual([0]);
});

test('what the exchange says is in use counts, and what is given back can be taken again', async () => {
  expect(await takeRateBudget(sql, [ask('seen', { floor: 20 })])).toEqual([5]);
  expect(await takeRateBudget(sql, [ask('seen', { want: -4, ceiling: 0 })])).toEqual([-4]);
  expect(await takeRateBudget(sql, [ask('seen')])).toEqual([4]);
});

test('a scope is closed once for all, for the longest time named', async () => {
  const at = Date.now();
  expect(await closeScope(sql, { scope: 'weight x', until: at + 60_000, reason: '429' })).toBe(true);
  expect(await closeScope(sql, { scope: 'weight x', until: at + 90_000, reason: '418' })).toBe(false);
  expect(await closeScope(sql, { scope: 'weight x', until: at + 30_000, reason: '429' })).toBe(false);
  expect(await readClosedScopes(sql)).toEqual([{ scope: 'weight x', until: at + 90_000, reason: '418' }]);
  await sql`update runtime.rate_closed set until = now() - interval '1 second'`;
  expect(await readClosedScopes(sql)).toEqual([]);
  expect(await closeScope(sql, { scope: 'weight x', until: Date.now() + 60_000, reason: '429' })).toBe(true);
});

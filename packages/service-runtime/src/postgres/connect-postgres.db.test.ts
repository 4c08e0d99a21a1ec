import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { takeConflicts } from './conflicts.ts';
import { connectPostgres, type Sql, type Tx } from './connect-postgres.ts';
import { isConnectionError, sqlState } from './postgres-error.ts';
import { withTransaction } from './with-transaction.ts';

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 3, applicationName: 'types', statementTimeoutMs: 2_000 });
  await sql`create table item (id bigint generated always as identity, at timestamptz, day date, price numeric, body jsonb)`;
});

afterAll(async () => {
  await sql.end();
  await database.drop();
});

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => undefined,
    (error) => error,
  );

test('an int8 is a number, a numeric its text, a date its text, a timestamptz a Date, json is parsed', async () => {
  const at = new Date('2025-10-23T05:30:45.123Z');
  await sql`
    insert into item (at, day, price, body)
    values (${at}, ${'2025-10-23'}, ${'0.10000000000000000001'}, ${sql.json({ a: [1, null] })})`;
  const [row] =
    await sql`select id, at, day, price, body, array[1, 2]::int8[] as ids, count(*) over () as all from item`;
  expect(row).toEqual({
    id: 1,
    at,
    day: '2025-10-23',
    price: '0.10000000000000000001',
    body: { a: [1, null] },
    ids: [1, 2],
    all: 1,
  });
});

test('an int8 beyond 2^53 is an error and never a wrong number', async () => {
  const error = await failure(Promise.resolve(sql`select 9007199254740993::int8 as id`));
  expect(String(error)).toContain('beyond 2^53');
  expect(await sql`select 9007199254740991::int8 as id`).toMatchObject([{ id: 9007199254740991 }]);
});

test('application name and statement timeout hold for every connection', async () => {
  const [row] =
    await sql`select current_setting('application_name') as name, current_setting('statement_timeout') as timeout`;
  expect(row).toEqual({ name: 'types', timeout: '2s' });
});

test('a transaction that throws leaves nothing, and one that returns gives its value', async () => {
  const count = async () => (await sql`select count(*) from item where price = 7`)[0]!.count;
  const thrown = withTransaction(sql, async (tx) => {
    await tx`insert into item (price) values (7)`;
    throw new Error('changed my mind');
  });
  await expect(thrown).rejects.toThrow('changed my mind');
  expect(await count()).toBe(0);
  expect(
    await withTransaction(sql, async (tx) => (await tx`insert into item (price) values (7) returning price`)[0]!.price),
  ).toBe('7');
  expect(await count()).toBe(1);
});

test('a lock that is not free within its time fails with 55P03, which is a verdict and no lost connection', async () => {
  const locked = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const holder = withTransaction(sql, async (tx) => {
    await tx`lock table item`;
    locked.resolve();
    await done.promise;
  });
  await locked.promise;
  takeConflicts();
  const error = await failure(
    withTransaction(sql, (tx) => tx`select * from item`.then((rows) => rows.length), { lockTimeoutMs: 50 }),
  );
  done.resolve();
  await holder;
  expect(sqlState(error)).toBe('55P03');
  expect(isConnectionError(error)).toBe(false);
  expect(takeConflicts(), 'conflicts').toBe(1);
});

test('of two transactions that lock each other, the one that is ended counts as a conflict, and no other failure does', async () => {
  await sql`insert into item (price) values (21), (22)`;
  takeConflicts();
  const both = Promise.withResolvers<void>();
  let held = 0;
  const crossing = (first: string, second: string) =>
    withTransaction(sql, async (tx) => {
      await tx`update item set day = day where price = ${first}`;
      held += 1;
      if (held === 2) both.resolve();
      await both.promise;
      await tx`update item set day = day where price = ${second}`;
    });
  const errors = await Promise.all([failure(crossing('21', '22')), failure(crossing('22', '21'))]);
  expect(errors.map(sqlState).sort()).toEqual(['40P01', undefined]);
  await failure(withTransaction(sql, (tx) => tx`select 1 / 0`.then((rows) => rows.length)));
  expect(takeConflicts(), 'conflicts').toBe(1);
  expect(takeConflicts(), 'conflicts told of twice').toBe(0);
});

test('settings of a transaction end with it', async () => {
  const inside = await withTransaction(
    sql,
    async (tx) =>
      (
        await tx`select current_setting('synchronous_commit') as commit, current_setting('transaction_isolation') as isolation`
      )[0],
    { asynchronousCommit: true, isolation: 'serializable' },
  );
  expect(inside).toEqual({ commit: 'off', isolation: 'serializable' });
});

test('a cut connection is told apart from a verdict, and the pool is usable again', async () => {
  const cut = connectPostgres({ url: database.url, max: 1, applicationName: 'cut' });
  const error = await failure(Promise.resolve(cut`select pg_terminate_backend(pg_backend_pid())`));
  expect(isConnectionError(error)).toBe(true);
  // A statement that follows at once may still meet the dying connection.
  await expect.poll(async () => (await cut`select 1 as one`)[0]).toEqual({ one: 1 });
  await cut.end();
  const nobody = connectPostgres({ url: 'postgres://x:y@127.0.0.1:1/z', max: 1, applicationName: 'nobody' });
  expect(isConnectionError(await failure(Promise.resolve(nobody`select 1`)))).toBe(true);
  await nobody.end({ timeout: 0 });
});

test('statements that functions send together in a transaction are executed in the order of the calls', async () => {
  const write = async (tx: Tx, n: number) => void (await tx`insert into item (price) values (${n})`);
  const sum = async (tx: Tx) => (await tx`select coalesce(sum(price), 0)::text as sum from item`)[0]!.sum;
  // New texts each time: a statement that is not prepared yet takes two trips, and none may overtake it.
  const mark = async (tx: Tx, n: number) => void (await tx`update item set price = price + ${tx.unsafe(String(n))}`);
  for (let round = 1; round <= 3; round += 1) {
    const sums = await withTransaction(sql, async (tx) => {
      await tx`delete from item`;
      const together = [write(tx, 1), sum(tx), mark(tx, round * 10), sum(tx), write(tx, 5), sum(tx)];
      return (await Promise.all(together)).filter((result) => result !== undefined);
    });
    expect(sums).toEqual(['1', String(1 + round * 10), String(6 + round * 10)]);
  }
});

test('a transaction that begins behind a full pipeline of statements has its connection to itself', async () => {
  const pool = connectPostgres({ url: database.url, max: 2, applicationName: 'full' });
  await Promise.all([pool`select pg_sleep(0.05)`, pool`select pg_sleep(0.05)`]);
  // A connection takes 100 statements at a time; which of a burst is the last that fits depends on who else sends.
  for (let before = 90; before <= 210; before += 1) {
    const statements = Array.from({ length: before }, () => pool`select 1`.execute());
    const transaction = pool.begin(async (tx) => (await tx`select pg_backend_pid() as pid`)[0]!.pid);
    await expect(Promise.all([transaction, ...statements])).resolves.toHaveLength(before + 1);
  }
  const [left] = await sql`
    select count(*)::int as open from pg_stat_activity where application_name = 'full' and state like 'idle in transaction%'`;
  expect(left).toEqual({ open: 0 });
  await pool.end();
});

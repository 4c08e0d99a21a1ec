import { connectPostgres, type Sql } from '@sluice/service-runtime';
import { createMigratedDatabase } from '@sluice/service-runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { calculatePerformance } from './calculate-performance.ts';

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
let sql: Sql;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, applicationName: 'test' });
  await sql.unsafe(`
    insert into config.installation (name, revision, applied_at) values ('test', 1, now());
    insert into orders.position_entry (account, symbol, strategy, kind, source, at, rank, exchange_id, order_id, quantity,
      price, realized, fee, funding, reduces, after)
    values ('a1', 'BTC/USDT', 's1', 'fill', 1, '2025-10-22T14:59:59Z', 1, '1', 7, -1, 90000, 12.5, 0.5, 0, true, '{}'),
           ('a1', 'BTC/USDT', 's1', 'fill', 2, '2025-10-22T15:00:00Z', 1, '2', 8, -1, 90000, -3, 0.5, 0, true, '{}')`);
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

const results = async () =>
  await sql`select day, trades, wins, realized_pnl::text as profit from orders.daily_performance order by day`;

test('past days are calculated, each by its own midnight, and again without change', async () => {
  const told = await calculatePerformance(database.url, '2025-10-20', '2025-10-23');
  expect(told).toBe('2025-10-20 to 2025-10-23: 2 results of strategies calculated');
  const once = await results();
  expect(once).toEqual([
    { day: '2025-10-22', trades: 1, wins: 1, profit: '12.5' },
    { day: '2025-10-23', trades: 1, wins: 0, profit: '-3' },
  ]);
  await calculatePerformance(database.url, '2025-10-20', '2025-10-23');
  expect(await results()).toEqual(once);
});

test('a day that has not ended is refused, with the last that has', async () => {
  await expect(calculatePerformance(database.url, '2999-01-01', '2999-01-02')).rejects.toThrow(
    'the last that has is 2',
  );
});

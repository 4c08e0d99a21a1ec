import { connectPostgres, type Sql } from '@sluice/service-runtime';
import { createMigratedDatabase, type TestDatabase } from '@sluice/service-runtime/testing';
import { captureLogs } from '@sluice/telemetry/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { openVenue } from '../sources/open-venue.ts';
import { VenueSources } from '../sources/venue-sources.ts';
import { contract, type ListedExchange, startListedExchange } from '../testing/listed-exchange.ts';
import { useExchange } from '../testing/use-exchange.ts';
import { readMissingData } from './due-jobs.ts';
import { runJobs } from './run-jobs.ts';

let database: TestDatabase;
let sql: Sql;
let exchange: ListedExchange;
let stops: (() => unknown)[];

beforeEach(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 4, applicationName: 'test' });
  exchange = await startListedExchange([contract('BTC'), contract('ETH')]);
  stops = [];
});

afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  await exchange.close();
  await sql.end();
  await database.drop();
});

async function startReplica(replica: string): Promise<void> {
  const sources = new VenueSources(openVenue);
  stops.push(() => sources.close());
  const onStop = (_: string, stop: () => unknown) => void stops.push(stop);
  await runJobs({ url: database.url, service: 'market-data', replica, sql, sources, onStop });
}

const missing = () => readMissingData(sql);
const runs = () => sql<{ jobId: string; outcome: string }[]>`
  select job_id as "jobId", outcome from runtime.job_run where slot is null order by job_id, id`;

test('two replicas that start together load everything once, and each job tells in one line what it loaded', async () => {
  await useExchange(sql, exchange.endpoint);
  using logs = captureLogs();
  await Promise.all([startReplica('a'), startReplica('b')]);

  await expect.poll(missing, { timeout: 10_000 }).toEqual([]);
  await expect.poll(runs, { timeout: 5_000 }).toEqual([
    { jobId: 'market_info', outcome: 'changed' },
    { jobId: 'precision_cache', outcome: 'changed' },
    { jobId: 'price_cache', outcome: 'changed' },
    { jobId: 'symbol_validator', outcome: 'changed' },
  ]);
  const told = logs.records.filter((record) => record.level === 'INFO' && record.tag !== undefined);
  expect(told.map((record) => `[${record.tag}] ${record.message}`).sort()).toEqual([
    '[MARKET_INFO] Market info: binance-usdm: facts of 2 symbols; 2 new (BTC/USDT, ETH/USDT)',
    '[PRECISION_CACHE] Precision cache: binance-usdm: precision of 2 symbols; 2 new (BTC/USDT, ETH/USDT)',
    '[PRICE_CACHE] Price cache: binance-usdm: 2 prices, 2 of them new, 0 stored first for orders',
    '[SYMBOL_VALID] Symbol validator: binance-usdm: 2 symbols listed; 2 new (BTC/USDT, ETH/USDT)',
  ]);
});

test('a replica that starts while the data is fresh asks for no run', async () => {
  await useExchange(sql, exchange.endpoint);
  await startReplica('a');
  await expect.poll(missing, { timeout: 10_000 }).toEqual([]);
  const asked = () => sql`select count(*) from pgboss.job where data ->> 'atStart' = 'true'`;
  const before = await asked();
  await startReplica('b');
  expect(await asked()).toEqual(before);
});

test('a venue that comes into use while the service runs is read at once', async () => {
  await startReplica('a');
  expect(await missing()).toEqual([]);
  await useExchange(sql, exchange.endpoint);
  expect(await missing()).toHaveLength(4);
  // Well before the next tick of any schedule.
  await expect.poll(missing, { timeout: 4_000 }).toEqual([]);
});

test('an exchange that was down at start is read soon after it is back', async () => {
  await useExchange(sql, exchange.endpoint);
  exchange.fault = { status: 503, body: 'Service Unavailable' };
  await startReplica('a');
  await expect.poll(async () => (await runs()).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(4);
  expect(await missing()).toHaveLength(4);

  exchange.fault = null;
  await expect.poll(missing, { timeout: 15_000 }).toEqual([]);
});

import { connectPostgres, type Sql } from '@sluice/service-runtime';
import { createMigratedDatabase, type TestDatabase } from '@sluice/service-runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { selectFacts, upsertFacts } from './facts.ts';
import { selectPrecision, upsertPrecision } from './precision.ts';
import { upsertPrices } from './prices.ts';
import { selectSymbols, upsertSymbols } from './symbols.ts';

const symbols = Array.from({ length: 10_000 }, (_, index) => `COIN${index}/USDT`);
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

/** Statements that wrote the rows of a table as they are now: each is a transaction of its own, which marks its rows. */
async function statementsBehind(table: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(distinct xmin::text)::int from ${sql(table)}`;
  return row!.count;
}

test('10,000 symbols are stored and stored again by one statement each time', async () => {
  for (const status of ['trading', 'closed'] as const) {
    const rows = symbols.map((symbol) => ({ symbol, status }));
    await upsertSymbols(sql, 'binance-usdm', rows);
    expect(await statementsBehind('market.symbol')).toBe(1);
    const stored = await selectSymbols(sql, 'binance-usdm');
    expect(stored).toHaveLength(10_000);
    expect(stored.every((row) => row.status === status)).toBe(true);
  }
});

test('10,000 prices are one statement, and the same prices again write nothing', async () => {
  const tickers = symbols.map((symbol, index) => ({ symbol, last: `${index}.5`, at: 1_770_000_000_123, seenAt: 1 }));
  await upsertPrices(sql, 'binance-usdm', tickers, { touch: false });
  expect(await statementsBehind('market.last_price')).toBe(1);
  expect(await upsertPrices(sql, 'binance-usdm', tickers, { touch: false })).toBe(0);
  const [price] = await sql`select last, at from market.price where symbol = 'COIN9999/USDT'`;
  expect(price).toEqual({ last: '9999.5', at: new Date(1_770_000_000_123) });
});

test('10,000 rows of precision and of facts keep every digit and what is not stated', async () => {
  const precision = symbols.map((symbol, index) => ({
    symbol,
    priceTick: '0.000000000000000001',
    priceTicks: index % 2 === 0 ? null : [{ from: '0', tick: '1' }],
    amountStep: '1',
    marketAmountStep: null,
  }));
  const facts = symbols.map((symbol) => ({
    symbol,
    venueSymbol: symbol.replace('/', ''),
    minAmount: '0.000000000000000001',
    maxAmount: '123456789012345678901234567890',
    marketMaxAmount: null,
    minNotional: null,
    contractSize: '1',
    maxOpenOrders: null,
    maxConditionalOrders: 200,
    conditionalScope: 'account' as const,
    adapterMarket: { id: symbol },
  }));
  await upsertPrecision(sql, 'binance-usdm', precision);
  await upsertFacts(sql, 'binance-usdm', facts);
  expect(await statementsBehind('market.precision')).toBe(1);
  expect(await statementsBehind('market.fact')).toBe(1);
  const bySymbol = (a: { symbol: string }, b: { symbol: string }) => a.symbol.localeCompare(b.symbol);
  expect((await selectPrecision(sql, 'binance-usdm')).sort(bySymbol)).toEqual(precision.toSorted(bySymbol));
  expect((await selectFacts(sql, 'binance-usdm')).sort(bySymbol)).toEqual(facts.toSorted(bySymbol));
});

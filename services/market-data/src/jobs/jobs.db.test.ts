import { connectPostgres, type JobHandler, type JobOutcome, type Sql } from '@sluice/service-runtime';
import { createMigratedDatabase, type TestDatabase } from '@sluice/service-runtime/testing';
import { getLogger } from '@sluice/telemetry';
import { captureLogs } from '@sluice/telemetry/testing';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { openVenue } from '../sources/open-venue.ts';
import { VenueSources } from '../sources/venue-sources.ts';
import { contract, type ListedExchange, startListedExchange } from '../testing/listed-exchange.ts';
import { useExchange } from '../testing/use-exchange.ts';
import { type MarketJobId, marketJobIds, readMissingData, selectDueJobs } from './due-jobs.ts';
import { jobHandlers } from './handlers.ts';

let database: TestDatabase;
let sql: Sql;
let exchange: ListedExchange;
let sources: VenueSources;
let handlers: Record<string, JobHandler>;

beforeEach(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 4, applicationName: 'test' });
  exchange = await startListedExchange([contract('BTC'), contract('ETH', { price: '3200.25', tick: '0.01' })]);
  await useExchange(sql, exchange.endpoint);
  sources = new VenueSources(openVenue);
  handlers = jobHandlers({ sql, sources });
});

afterEach(async () => {
  await sources.close();
  await exchange.close();
  await sql.end();
  await database.drop();
});

async function run(id: MarketJobId): Promise<JobOutcome> {
  const handler = handlers[id]!;
  const job = typeof handler === 'function' ? handler : handler.run;
  return await job({ signal: new AbortController().signal, slot: new Date(), log: getLogger(id) });
}

const runAll = () => Promise.all(marketJobIds.map(run));

describe('the first run', () => {
  test('fills every view with what the exchange says', async () => {
    expect(await readMissingData(sql)).toHaveLength(4);
    await runAll();

    expect(await sql`select symbol, status from market.valid_symbol order by symbol`).toEqual([
      { symbol: 'BTC/USDT', status: 'trading' },
      { symbol: 'ETH/USDT', status: 'trading' },
    ]);
    const [btc] = await sql`
      select venue, venue_symbol, status, trim_scale(price_tick) as price_tick, amount_step, market_max_amount,
             min_notional, contract_size, max_open_orders, max_conditional_orders, conditional_scope, adapter_market
        from market.instrument where symbol = 'BTC/USDT'`;
    expect(btc).toEqual({
      venue: 'binance-usdm',
      venue_symbol: 'BTCUSDT',
      status: 'trading',
      price_tick: '0.1',
      amount_step: '0.001',
      market_max_amount: '120',
      min_notional: '100',
      contract_size: '1',
      max_open_orders: 200,
      max_conditional_orders: 200,
      conditional_scope: 'account',
      adapter_market: { id: 'BTCUSDT' },
    });
    expect(await sql`select last, at from market.price where symbol = 'ETH/USDT'`).toEqual([
      { last: '3200.25', at: new Date(exchange.contracts[1]!.at) },
    ]);
    expect(await readMissingData(sql)).toEqual([]);
  });

  test('asks the exchange for its list once, although three jobs want it', async () => {
    exchange.latencyMs = 200;
    await runAll();
    expect(exchange.calls.get('/fapi/v1/exchangeInfo')).toBe(1);
  });

  test('shows no instrument before all three jobs have seen the symbol', async () => {
    await run('symbol_validator');
    await run('market_info');
    expect(await sql`select from market.instrument`).toHaveLength(0);
    await run('precision_cache');
    expect(await sql`select from market.instrument`).toHaveLength(2);
  });
});

describe('a run that finds nothing new', () => {
  test('says so, rewrites no row and still counts as fresh', async () => {
    await runAll();
    const rows = () => sql`
      select xmin::text from market.symbol union all select xmin::text from market.precision
      union all select xmin::text from market.fact union all select xmin::text from market.last_price`;
    const readAt = () => sql<{ at: Date }[]>`select min(read_at) as at from market.refresh`;
    const [before, [first]] = await Promise.all([rows(), readAt()]);

    for (const outcome of await runAll()) expect(outcome.changed).toBe(false);
    expect(await rows()).toEqual(before);
    expect((await readAt())[0]!.at.getTime()).toBeGreaterThan(first!.at.getTime());
  });
});

describe('what changes on the exchange', () => {
  test('a symbol that vanished turns closed and keeps its row', async () => {
    await runAll();
    exchange.contracts = [contract('BTC')];
    const outcome = await run('symbol_validator');

    expect(outcome).toMatchObject({ changed: true, counts: { symbols: 1, closed: 1 } });
    expect(outcome.summary).toBe('binance-usdm: 1 symbols listed; 1 no longer listed, now closed (ETH/USDT)');
    expect(await sql`select status from market.instrument where symbol = 'ETH/USDT'`).toEqual([{ status: 'closed' }]);
  });

  test('a finer tick is stored and told with what it was', async () => {
    await runAll();
    exchange.contracts[0]!.tick = '0.01';
    expect((await run('precision_cache')).summary).toContain('BTC/USDT price tick 0.1 → 0.01');
    expect(await sql`select price_tick from market.instrument where symbol = 'BTC/USDT'`).toEqual([
      { price_tick: '0.01' },
    ]);
  });

  test('a new symbol makes the daily precision due, until it was read', async () => {
    await runAll();
    expect(await selectDueJobs(sql, 'old')).toEqual([]);
    exchange.contracts.push(contract('SOL'), contract('DOGE', { tick: '0' }));
    await run('symbol_validator');
    expect(await selectDueJobs(sql, 'old')).toEqual(['precision_cache']);

    // DOGE has no tick to round to: it stays out, and is not asked for again and again.
    await run('precision_cache');
    expect(await selectDueJobs(sql, 'old')).toEqual([]);
    expect(await sql`select symbol from market.precision order by symbol`).toEqual([
      { symbol: 'BTC/USDT' },
      { symbol: 'ETH/USDT' },
      { symbol: 'SOL/USDT' },
    ]);
  });
});

describe('a symbol with orders that stops to take new ones', () => {
  const told = (logs: ReturnType<typeof captureLogs>) =>
    logs.records.map(({ level, module, message }) => [level, module, message]);

  test('is stored by the next job that reads the list, and told once', async () => {
    await runAll();
    await sql`create or replace view orders.open_exposure as select 'binance-usdm' as venue, 'ETH/USDT' as symbol`;
    using logs = captureLogs();
    for (const listed of exchange.contracts) listed.status = 'CANCEL_ONLY';
    await run('market_info');
    await run('symbol_validator');
    expect(await sql`select symbol from market.instrument where status = 'cancel_only'`).toHaveLength(2);
    const halted =
      'ETH/USDT on binance-usdm accepts cancels only: new orders are refused, waiting ones wait; cancels are sent';
    expect(told(logs)).toEqual([['WARNING', 'market_info', halted]]);

    for (const listed of exchange.contracts) listed.status = 'TRADING';
    expect((await run('market_info')).summary).toContain('2 with another status (BTC/USDT cancel_only → trading,');
    expect(await sql`select from market.instrument where status = 'trading'`).toHaveLength(2);
    expect(logs.records).toHaveLength(1);
  });
});

describe('prices', () => {
  test('an older price never overwrites a newer one', async () => {
    await run('price_cache');
    exchange.contracts[0]!.price = '1';
    exchange.contracts[0]!.at -= 1;
    exchange.contracts[1]!.price = '3300';
    exchange.contracts[1]!.at += 1;

    expect(await run('price_cache')).toMatchObject({ changed: true, counts: { prices: 2, written: 1 } });
    expect(await sql`select symbol, last from market.price order by symbol`).toEqual([
      { symbol: 'BTC/USDT', last: '96000.5' },
      { symbol: 'ETH/USDT', last: '3300' },
    ]);
  });

  test('symbols with orders are visible before the others are written', async () => {
    await sql`create or replace view orders.open_exposure as select 'binance-usdm' as venue, 'ETH/USDT' as symbol`;
    await run('price_cache');
    for (const listed of exchange.contracts) Object.assign(listed, { price: '7', at: listed.at + 1 });

    const blocker = await sql.reserve();
    await blocker`begin`;
    await blocker`select from market.last_price where symbol = 'BTC/USDT' for update`;
    const running = run('price_cache');
    await expect
      .poll(() => sql`select last from market.price where symbol = 'ETH/USDT'`, { timeout: 5_000 })
      .toEqual([{ last: '7' }]);
    expect(await sql`select last from market.price where symbol = 'BTC/USDT'`).toEqual([{ last: '96000.5' }]);

    await blocker`rollback`;
    blocker.release();
    expect((await running).counts).toEqual({ prices: 2, written: 2, first: 1 });
  });
});

describe('prices of symbols in use', () => {
  const useEth = () =>
    sql`create or replace view orders.open_exposure as select 'binance-usdm' as venue, 'ETH/USDT' as symbol`;
  const seenAgo = async () => {
    const rows = await sql<{ symbol: string; ago: number }[]>`
      select symbol, extract(epoch from clock_timestamp() - seen_at)::float as ago from market.price order by symbol`;
    return rows.map(({ ago }) => ago);
  };

  test('are known to be as young as the poll, also where nobody trades', async () => {
    await run('price_cache');
    await useEth();
    await sql`update market.last_price set seen_at = seen_at - interval '1 hour'`;
    expect(await run('price_cache')).toMatchObject({ changed: false, counts: { written: 0, first: 1 } });
    const [btc, eth] = await seenAgo();
    expect(btc).toBeGreaterThan(3_600);
    expect(eth).toBeLessThan(30);
  });

  test('that grow too old are told of once, also while the exchange is away, and once when they are young again', async () => {
    await run('price_cache');
    await useEth();
    await sql`update market.last_price set seen_at = seen_at - interval '41 s'`;
    exchange.fault = { status: 503, body: 'away' };
    using logs = captureLogs();
    for (let round = 0; round < 2; round += 1) await expect(run('price_cache')).rejects.toThrow();
    const told = () =>
      logs.records.filter(({ module }) => module === 'prices').map(({ level, message }) => [level, message]);
    const old =
      'no price younger than 40 s for ETH/USDT, where there are orders or positions: a MARKET order asks the exchange itself';
    expect(told()).toEqual([['WARNING', old]]);
    expect(await sql`select symbol from market.stale_price`).toEqual([{ symbol: 'ETH/USDT' }]);

    exchange.fault = null;
    await run('price_cache');
    expect(told().slice(1)).toEqual([['INFO', 'prices are young enough again for ETH/USDT']]);
    expect(await sql`select from market.stale_price`).toHaveLength(0);
  });

  test('carry the mark price with its own time', async () => {
    await run('price_cache');
    const [eth] = await sql`select mark, mark_at from market.price where symbol = 'ETH/USDT'`;
    expect(eth).toEqual({ mark: '3200.25', mark_at: new Date(exchange.contracts[1]!.at) });
  });
});

describe('an exchange that fails', () => {
  test.each([
    ['an error status', { status: 503, body: 'Service Unavailable' }],
    ['a page instead of data', { status: 200, body: '<html>maintenance</html>' }],
    ['an empty list', { status: 200, body: '{"symbols":[]}' }],
  ])('%s leaves all stored data, warns once and fails the run', async (_, fault) => {
    await runAll();
    const stored = () => sql`select * from market.instrument join market.price using (venue, symbol) order by symbol`;
    const before = await stored();
    exchange.fault = fault;
    using logs = captureLogs();

    for (const id of marketJobIds) await expect(run(id)).rejects.toThrow();
    expect(await stored()).toEqual(before);
    expect(logs.records.map((record) => [record.module, record.level])).toEqual(
      marketJobIds.map((id) => [id, 'WARNING']),
    );
    expect(logs.records[0]!.message).toMatch(/^binance-usdm could not be read \(.+\); its stored symbol list stays/);
  });

  test('that refuses for its rate is left alone by every run, and by whoever else calls from the address', async () => {
    exchange.fault = { status: 429, body: '{"code":-1003,"msg":"Too many requests"}' };
    await expect(run('market_info')).rejects.toThrow('Too many requests');
    exchange.fault = null;
    exchange.calls.clear();
    for (const id of marketJobIds) await expect(run(id)).rejects.toThrow('the exchange wants no requests before');
    expect(exchange.calls.size).toBe(0);
    expect(await sql`select scope, reason, until > now() + interval '50 s' as stays from runtime.rate_closed`).toEqual([
      { scope: 'weight binance-usdm default', reason: expect.stringContaining('Too many requests'), stays: true },
    ]);
    await sql`update runtime.rate_closed set until = now()`;
    await runAll();
  });

  test('prices that grow old take the readiness away', async () => {
    await runAll();
    await sql`update market.refresh set read_at = read_at - interval '41 s' where kind = 'prices'`;
    expect(await readMissingData(sql)).toEqual(['binance-usdm prices']);
  });
});

describe('the configuration', () => {
  test('without an account nothing is read and nothing is missing', async () => {
    await sql`update config.account set removed_at = now()`;
    for (const outcome of await runAll()) expect(outcome).toMatchObject({ changed: false, counts: {} });
    expect(await readMissingData(sql)).toEqual([]);
    expect(exchange.calls.size).toBe(0);
  });

  test('another endpoint makes everything due and is read from then on', async () => {
    await runAll();
    const other = await startListedExchange([contract('BTC', { price: '5', at: Date.now() + 1_000 })]);
    try {
      await useExchange(sql, other.endpoint);
      expect(await selectDueJobs(sql, 'missing')).toEqual([...marketJobIds]);
      await runAll();
      expect(
        await sql`select symbol, last, status from market.instrument join market.price using (venue, symbol)
                        order by symbol`,
      ).toEqual([
        { symbol: 'BTC/USDT', last: '5', status: 'trading' },
        { symbol: 'ETH/USDT', last: '3200.25', status: 'closed' },
      ]);
    } finally {
      await other.close();
    }
  });
});

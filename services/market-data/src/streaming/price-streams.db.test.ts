import type { MarketDataSource, PriceEvent } from '@sluice/exchange';
import { connectPostgres, type Sql } from '@sluice/service-runtime';
import { createMigratedDatabase, type TestDatabase } from '@sluice/service-runtime/testing';
import { captureLogs } from '@sluice/telemetry/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { VenueSources } from '../sources/venue-sources.ts';
import { useExchange } from '../testing/use-exchange.ts';
import { PriceStreams } from './price-streams.ts';

let database: TestDatabase;
let sql: Sql;
let running: { stop(): Promise<void> }[];

beforeEach(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 4, applicationName: 'test' });
  running = [];
  await useExchange(sql, 'http://127.0.0.1:1');
  await sql`create or replace view orders.open_exposure as select 'binance-usdm' as venue, 'BTC/USDT' as symbol`;
});
afterEach(async () => {
  for (const one of running) await one.stop();
  await sql.end();
  await database.drop();
});

/** A replica, and the exchange as it hears it: the test says what is told to whom listens. */
function startReplica(replica: string, { leaseMs = 60_000 } = {}) {
  const listeners = new Set<(event: PriceEvent) => void>();
  const heard = {
    polls: 0,
    get listening() {
      return listeners.size;
    },
    tell(event: PriceEvent) {
      for (const listener of listeners) listener(event);
    },
    streams: undefined as unknown as PriceStreams,
  };
  const source = {
    venue: 'binance-usdm',
    async tickers() {
      heard.polls += 1;
      return [
        { symbol: 'BTC/USDT', last: '95000', at: 1_000 },
        { symbol: 'ETH/USDT', last: '3000', at: 1_000 },
      ];
    },
    watchPrices(listener) {
      listeners.add(listener);
      return { connected: true, lastHeardAt: 1_000, close: () => void listeners.delete(listener) };
    },
    close: async () => {},
  } satisfies Partial<MarketDataSource>;
  const sources = new VenueSources(async () => source as unknown as MarketDataSource);
  heard.streams = new PriceStreams({ sql, sources, replica, everyMs: 20, leaseMs });
  running.push(heard.streams);
  return heard;
}

const price = async () => (await sql`select last, at, mark, mark_at from market.price where symbol = 'BTC/USDT'`)[0];
const last = (value: string, at: number): PriceEvent => ({
  kind: 'last',
  tickers: ['BTC/USDT', 'SOL/USDT'].map((symbol) => ({ symbol, last: value, at })),
});

test('one replica listens, and stores what changes of the symbols in use with the exchange time', async () => {
  const replicas = [startReplica('a'), startReplica('b')];
  await expect.poll(() => replicas.map(({ listening }) => listening).sort()).toEqual([0, 1]);
  const owner = replicas.find(({ listening }) => listening === 1)!;
  owner.tell({ kind: 'connected' });
  // What was before the connection was not heard: it is polled, for the symbols in use.
  await expect.poll(price).toMatchObject({ last: '95000' });
  owner.tell(last('96000', 5_000));
  owner.tell({ kind: 'mark', marks: [{ symbol: 'BTC/USDT', mark: '96001', at: 6_000 }] });
  await expect.poll(price).toEqual({ last: '96000', at: new Date(5_000), mark: '96001', mark_at: new Date(6_000) });

  owner.tell(last('1', 4_000));
  owner.tell({ kind: 'mark', marks: [{ symbol: 'BTC/USDT', mark: '96002', at: 7_000 }] });
  await expect.poll(price).toMatchObject({ last: '96000', mark: '96002' });
  expect(await sql`select symbol from market.price`).toEqual([{ symbol: 'BTC/USDT' }]);
  expect(owner.streams.details()).toEqual({ 'binance-usdm': 'connected' });
  await expect
    .poll(async () => (await sql`select state, held from market.price_stream_state`)[0])
    .toEqual({
      state: 'connected',
      held: true,
    });
  expect(replicas.map(({ listening }) => listening).sort()).toEqual([0, 1]);
});

test('a replica that stops leaves the stream to another at once, and one that died when its lease has run out', async () => {
  const first = startReplica('a');
  await expect.poll(() => first.listening).toBe(1);
  const second = startReplica('b');
  await first.streams.stop();
  expect(first.listening).toBe(0);
  await expect.poll(() => second.listening).toBe(1);
  await second.streams.stop();

  await sql`update market.price_stream set owner = 'dead', state = 'connected', lease_until = clock_timestamp() + interval '300 ms'`;
  const takenBy = async () => (await sql`select owner from market.price_stream`)[0]?.owner;
  const third = startReplica('c');
  await expect.poll(() => third.listening, { timeout: 5_000 }).toBe(1);
  expect(await takenBy()).toBe('c');
});

test('a replica whose lease another took, and one whose venue is not used any more, listens no longer', async () => {
  const replica = startReplica('a');
  await expect.poll(() => replica.listening).toBe(1);
  await sql`update market.price_stream set owner = 'b', lease_until = clock_timestamp() + interval '1 minute'`;
  await expect.poll(() => replica.listening).toBe(0);
  await sql`update market.price_stream set lease_until = clock_timestamp()`;
  await expect.poll(() => replica.listening).toBe(1);
  await sql`update config.account set removed_at = now()`;
  await expect.poll(() => replica.listening).toBe(0);
});

test('an outage is told once, however many tries fail, and so is its end; the gap is polled', async () => {
  using logs = captureLogs();
  const replica = startReplica('a');
  await expect.poll(() => replica.listening).toBe(1);
  replica.tell({ kind: 'connected' });
  for (let tries = 0; tries < 3; tries += 1)
    replica.tell({ kind: 'lost', reason: 'the exchange closed the connection' });
  await expect
    .poll(async () => (await sql`select state, reason from market.price_stream`)[0])
    .toEqual({
      state: 'lost',
      reason: 'the exchange closed the connection',
    });
  replica.tell({ kind: 'connected' });
  await expect.poll(() => replica.polls).toBe(2);
  await expect
    .poll(async () => (await sql`select reconnects::int from market.price_stream`)[0])
    .toEqual({ reconnects: 1 });
  const told = logs.records.filter(({ module }) => module === 'price-stream');
  expect(told.map(({ level, message }) => [level, message])).toEqual([
    ['INFO', 'prices of binance-usdm are heard as they happen'],
    ['WARNING', expect.stringContaining('prices of binance-usdm are not heard (the exchange closed the connection)')],
    ['INFO', expect.stringMatching(/^prices of binance-usdm are heard again after \d+ s$/)],
  ]);
});

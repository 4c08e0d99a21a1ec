import { setTimeout as pause } from 'node:timers/promises';
import { connectPostgres, type Sql } from '@sluice/service-runtime';
import { seedPairs } from '../floor/seed-pairs.ts';
import { applyBenchConfiguration, type BenchConfiguration, secretsOf } from '../installation/bench-configuration.ts';
import { BenchProcess } from '../installation/child-process.ts';
import { createDatabase } from '../installation/create-database.ts';
import type { BenchContext, Measurement } from '../measurement.ts';
import { median } from '../results/percentile.ts';
import { resultRow } from '../results/result-row.ts';

const ordersPerPair = 40;
const duePairs = 100;
/** The tick asks for what is due, oldest first; nothing else does. */
const tickStatement = '%from orders.rebalance_due%order by due_at limit%';

/** One order-queue on a database of its own. */
type Queue = { sql: Sql; stop: () => Promise<void> };

async function measureTick(context: BenchContext) {
  const accounts = context.quick ? 10 : 100;
  const pairs = accounts * 100;
  const names = Array.from({ length: accounts }, (_, at) => `d${at}`);
  const configuration: BenchConfiguration = {
    // Nothing listens there: what is planned here never leaves the database.
    exchangeUrl: 'http://127.0.0.1:9',
    accounts: names.map((name) => ({ name, maxOpenOrders: 20 })),
    strategies: [{ name: 'd', accounts: names }],
  };
  await using cleanUp = new AsyncDisposableStack();
  const start = async (name: string): Promise<Sql> => {
    const queue = await startQueue(context.serverUrl, name, configuration);
    cleanUp.defer(queue.stop);
    return queue.sql;
  };

  const full = await prepareDatabase(context.serverUrl, 'bench_full', configuration);
  context.say(`d: writing ${pairs} pairs with ${(pairs * ordersPerPair).toLocaleString('en')} live orders`);
  await seedPairs(full, { accounts, symbols: 100, ordersPerPair });
  await full.end({ timeout: 5 });
  await (await prepareDatabase(context.serverUrl, 'bench_empty', configuration)).end({ timeout: 5 });
  const [filled, empty] = [await start('bench_full'), await start('bench_empty')];

  const seconds = context.quick ? 15 : 40;
  context.say(`d: both tick idly for ${seconds} s`);
  // A start makes every pair with waiting orders due; only after those is there nothing to do.
  await Promise.all([filled, empty].map(nothingDue));
  // What autovacuum does within a minute: the rows just deleted are still in the way of the probe.
  await Promise.all([filled, empty].map((sql) => sql`vacuum orders.rebalance_due`));
  await Promise.all([filled, empty].map((sql) => sql`select pg_stat_statements_reset()`));
  await pause(seconds * 1_000);
  const idle = { full: await meanMs(filled), empty: await meanMs(empty) };

  // For a plan to compare with: as many due pairs of the same kind, and nothing else in the database.
  await seedPairs(empty, { accounts: 1, symbols: duePairs, ordersPerPair });
  const perPair = { full: [] as number[], small: [] as number[] };
  const rounds = context.quick ? 4 : 10;
  for (let round = 0; round < rounds; round += 1) {
    perPair.full.push(await tickOfDuePairs(filled, round));
    perPair.small.push(await tickOfDuePairs(empty, round));
  }
  return [
    resultRow({
      id: 'd.idle',
      what: `idle tick in Postgres at ${pairs} pairs with ${(pairs * ordersPerPair).toLocaleString('en')} live orders, beside an empty database`,
      unit: 'ms',
      value: idle.full,
      floor: idle.empty,
      aim: { ratioAtMost: 2 },
    }),
    resultRow({
      id: 'd.due',
      what: `a tick with ${duePairs} due pairs, per pair, beside the same in a database of only those pairs`,
      unit: 'ms',
      value: median(perPair.full) / duePairs,
      floor: median(perPair.small) / duePairs,
    }),
  ];
}

async function prepareDatabase(serverUrl: string, name: string, configuration: BenchConfiguration): Promise<Sql> {
  const url = await createDatabase(serverUrl, name);
  await applyBenchConfiguration(url, configuration);
  const sql = connectPostgres({ url, max: 1, applicationName: 'bench' });
  await sql`create extension pg_stat_statements`;
  await sql.unsafe(`alter database ${name} set pg_stat_statements.track = 'top'`);
  return sql;
}

async function startQueue(serverUrl: string, name: string, configuration: BenchConfiguration): Promise<Queue> {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const process = await BenchProcess.start('services/order-queue/src/main.ts', {
    ...secretsOf(configuration),
    DATABASE_URL: url.href,
  });
  const sql = connectPostgres({ url: url.href, max: 1, applicationName: 'bench' });
  return {
    sql,
    async stop() {
      await process.stop();
      await sql.end({ timeout: 5 });
    },
  };
}

async function nothingDue(sql: Sql): Promise<void> {
  const until = performance.now() + 120_000;
  while (performance.now() < until) {
    await pause(1_000);
    const [row] = await sql<{ due: number }[]>`select count(*)::int as due from orders.rebalance_due`;
    if (row?.due === 0) return;
  }
  throw new Error('the pairs that were due at the start are not planned after two minutes');
}

/** Planning and execution of the tick's statement, over all its runs. */
async function meanMs(sql: Sql): Promise<number> {
  const [row] = await sql<{ calls: number; mean: number | null }[]>`
    select sum(calls)::int as calls, sum(total_exec_time + total_plan_time) / sum(calls) as mean
    from pg_stat_statements where query ilike ${tickStatement}
      and dbid = (select oid from pg_database where datname = current_database())`;
  if (!row?.calls || row.mean === null) throw new Error('no tick was seen; is its statement another one now?');
  return row.mean;
}

/** Makes pairs due and gives how long the tick that planned them took, in ms. */
async function tickOfDuePairs(sql: Sql, round: number): Promise<number> {
  await sql`
    insert into orders.rebalance_due (account, symbol, due_at)
    select account, symbol, clock_timestamp() from (
      select distinct on (account, symbol) account, symbol from orders.entry
      where account = 'd0' order by account, symbol limit ${duePairs}) pairs`;
  for (let tries = 0; tries < 200; tries += 1) {
    const [run] = await sql<{ ms: number; planned: number; due: number }[]>`
      select extract(epoch from last_ended_at - last_started_at)::float8 * 1000 as ms,
        (last_counts->>'planned')::int as planned,
        (select count(*)::int from orders.rebalance_due) as due
      from runtime.job_state where job_id = 'queue_rebalancer'`;
    if (run?.planned === duePairs && run.due === 0) return run.ms;
    await pause(50);
  }
  throw new Error(`the due pairs of round ${round} were not planned in one tick within 10 s`);
}

export const idleTick: Measurement = {
  id: 'd',
  title: 'The tick of the queue at 400,000 live orders',
  measure: measureTick,
};

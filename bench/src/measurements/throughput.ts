import { connectPostgres } from '@sluice/service-runtime';
import { prepareInsertAndSend } from '../floor/insert-and-send.ts';
import { restingPrice } from '../installation/paper-client.ts';
import { cancelAll, limitAlert, postAlert } from '../installation/post-alert.ts';
import { manyStrategies } from '../installation/start-installation.ts';
import type { BenchContext, Measurement } from '../measurement.ts';
import { median, percentile } from '../results/percentile.ts';
import { type ResultRow, resultRow } from '../results/result-row.ts';

const atOnce = 32;
/** As many connections as gateway and order-queue have for their statements together. */
const floorConnections = 8;

type Round = { perSecond: number; ms: number[]; errors: number };

/** Calls `one` `count` times, 32 at a time. */
async function burst(count: number, one: (at: number) => Promise<boolean>): Promise<Round> {
  const ms: number[] = [];
  let errors = 0;
  let next = 0;
  const began = performance.now();
  const worker = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++) {
      const sentAt = performance.now();
      if (!(await one(at))) errors += 1;
      ms.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { perSecond: count / ((performance.now() - began) / 1_000), ms, errors };
}

async function measureThroughput(context: BenchContext): Promise<ResultRow[]> {
  const installation = await context.installation();
  const { gatewayUrl, markets, databaseUrl } = installation;
  const sql = connectPostgres({ url: databaseUrl, max: floorConnections, applicationName: 'bench' });
  const floor = await prepareInsertAndSend(sql, databaseUrl);
  let sent = 0;

  const body = (): string => {
    const at = sent++;
    const strategy = manyStrategies[at % manyStrategies.length]!;
    // Five strategies share an account; each has a symbol of its own, so that 100 pairs are traded.
    const market = markets[Math.floor((at % 100) / 20)]!;
    const qtyPer = (1 + at / 1_000_000).toFixed(6);
    return limitAlert(strategy, [{ symbol: market.symbol, price: restingPrice(market, at % 50), qtyPer }]);
  };
  const product = async (): Promise<boolean> => {
    const { status, answer } = await postAlert(gatewayUrl, body());
    return status === 200 && answer.summary.exchange_submitted === 1;
  };
  const bare = async (): Promise<boolean> => {
    await floor.one(body());
    return true;
  };
  const clear = async (): Promise<void> => {
    for (let from = 0; from < manyStrategies.length; from += 10) {
      await Promise.all(
        manyStrategies
          .slice(from, from + 10)
          .map((strategy, at) => cancelAll(gatewayUrl, strategy, markets[Math.floor((from + at) / 20)]!.symbol)),
      );
    }
  };

  const count = context.quick ? 500 : 1_000;
  const rounds = context.quick ? 2 : 3;
  const measure = async (label: string): Promise<{ product: Round[]; floor: Round[] }> => {
    const rounded = { product: [] as Round[], floor: [] as Round[] };
    for (let round = 0; round < rounds; round += 1) {
      rounded.floor.push(await burst(count, bare));
      // What the floor took from the count would leave some strategies with more.
      sent = Math.ceil(sent / 100) * 100;
      rounded.product.push(await burst(count, product));
      await clear();
      const [ours, least] = [rounded.product.at(-1)!, rounded.floor.at(-1)!].map(({ perSecond }) =>
        Math.round(perSecond),
      );
      context.say(`${label}: round ${round + 1} of ${rounds}, ${ours} alerts/s beside ${least}/s`);
    }
    return rounded;
  };

  try {
    // Connections, leverage and statements of every account and pair.
    await burst(300, product);
    await burst(100, bare);
    await clear();
    const plain = await measure('c');
    await setCommitDelay(sql, 2_000);
    const delayed = await measure('c, commit_delay 2 ms');
    return [...rows('c', '', plain), ...rows('c2', ', commit_delay 2 ms', delayed)];
  } finally {
    await setCommitDelay(sql, 0);
    await floor.stop();
    await sql.end({ timeout: 5 });
  }
}

function rows(id: string, how: string, measured: { product: Round[]; floor: Round[] }): ResultRow[] {
  const { product, floor } = measured;
  const all = (rounds: Round[]): number[] => rounds.flatMap(({ ms }) => ms);
  return [
    resultRow({
      id: `${id}.rate`,
      what: `single-order alerts, 100 strategies, 32 at a time${how}, beside one insert and one send each`,
      unit: '/s',
      value: median(product.map(({ perSecond }) => perSecond)),
      floor: median(floor.map(({ perSecond }) => perSecond)),
      aim: { ratioAtLeast: 0.3 },
    }),
    resultRow({
      id: `${id}.p99`,
      what: `their answers${how}: p99`,
      unit: 'ms',
      value: percentile(all(product), 0.99),
      floor: percentile(all(floor), 0.99),
    }),
    resultRow({
      id: `${id}.errors`,
      what: `of ${all(product).length} alerts not answered 200 with the order sent${how}`,
      unit: '',
      value: product.reduce((sum, { errors }) => sum + errors, 0),
      aim: { atMost: 0 },
    }),
  ];
}

/** Every commit waits so many µs before it is flushed, as on a slower disk. */
async function setCommitDelay(sql: ReturnType<typeof connectPostgres>, us: number): Promise<void> {
  // By default only a commit that has company waits.
  await sql.unsafe(us === 0 ? 'alter system reset commit_siblings' : 'alter system set commit_siblings = 0');
  await sql.unsafe(`alter system set commit_delay = ${us}`);
  await sql`select pg_reload_conf()`;
}

export const throughput: Measurement = {
  id: 'c',
  title: 'Single-order alerts from 100 strategies',
  measure: measureThroughput,
};

import { BatchFloor } from '../floor/batch-floor.ts';
import { BenchProcess } from '../installation/child-process.ts';
import { restingPrice } from '../installation/paper-client.ts';
import { cancelAll, limitAlert, type PostedAlert, postAlert } from '../installation/post-alert.ts';
import { floorAccount } from '../installation/start-installation.ts';
import type { BenchContext, Measurement } from '../measurement.ts';
import { median, percentile } from '../results/percentile.ts';
import { resultRow } from '../results/result-row.ts';

const strategy = 'batch';
const orderCount = 30;
/** Of a symbol's 20 places all are free, so 20 of the 30 are sent, five in a call, and ten wait. */
const sentOfBatch = 20;
/** Unmeasured at first: connections, leverage, statements that are planned for good only after five times. */
const warmUps = 10;

/** Posts batches of 30 to a pair that is empty each time, `floor` between them. */
async function alternate(
  context: BenchContext,
  label: string,
  options: { rounds: number; latencyMs: number; floor: (body: string, round: number) => Promise<number> },
): Promise<{ product: number[]; floor: number[] }> {
  const { gatewayUrl, paper, markets } = await context.installation();
  const product: number[] = [];
  const floor: number[] = [];
  for (let round = -warmUps; round < options.rounds; round += 1) {
    const body = batchBody(markets[0]!, round);
    await paper.setLatency(options.latencyMs);
    const posted = await postAlert(gatewayUrl, body);
    assertSent(posted);
    const floorMs = await options.floor(body, round);
    await paper.setLatency(0);
    await cancelAll(gatewayUrl, strategy, markets[0]!.symbol);
    if (round < 0) continue;
    product.push(posted.ms);
    floor.push(floorMs);
    if ((round + 1) % 50 === 0) context.say(`${label}: ${round + 1} of ${options.rounds} batches`);
  }
  return { product, floor };
}

async function measureWithoutLatency(context: BenchContext) {
  const { gatewayUrl, sql, paper, markets } = await context.installation();
  const market = markets[0]!;
  const app = await BenchProcess.start('bench/src/floor/empty-app.ts', {});
  try {
    const sample = await postAlert(gatewayUrl, batchBody(market, -warmUps - 1));
    assertSent(sample);
    await cancelAll(gatewayUrl, strategy, market.symbol);
    const bare = await BatchFloor.prepare(sql, sample.answer.id, app.url, paper, market);
    const { product, floor } = await alternate(context, 'a', {
      rounds: context.quick ? 40 : 200,
      latencyMs: 0,
      floor: async (body) => {
        const ms = await bare.run(body);
        await bare.clean();
        return ms;
      },
    });
    const what = 'batch of 30, exchange latency 0, POST to answer';
    return [
      resultRow({
        id: 'a.p50',
        what: `${what}: p50`,
        unit: 'ms',
        value: median(product),
        floor: median(floor),
        aim: { ratioAtMost: 3 },
      }),
      resultRow({
        id: 'a.p99',
        what: `${what}: p99`,
        unit: 'ms',
        value: percentile(product, 0.99),
        floor: percentile(floor, 0.99),
      }),
    ];
  } finally {
    await app.stop();
  }
}

async function measureWithLatency(context: BenchContext) {
  const { paper, markets } = await context.installation();
  const market = markets[0]!;
  const { product, floor } = await alternate(context, 'b', {
    rounds: context.quick ? 20 : 100,
    latencyMs: 75,
    // One round trip: five orders in one signed call.
    floor: async (_body, round) => {
      const orders = Array.from({ length: 5 }, (_, at) => ({
        symbol: market.venueSymbol,
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: '0.010',
        price: restingPrice(market, at),
        newClientOrderId: `trip-${round + warmUps}-${at}`,
      }));
      const began = performance.now();
      await paper.place(floorAccount, orders);
      const ms = performance.now() - began;
      await paper.setLatency(0);
      await paper.cancelAll(floorAccount, market.venueSymbol);
      return ms;
    },
  });
  const what = 'the same with 75 ms exchange latency, beside one round trip';
  return [
    resultRow({
      id: 'b.p50',
      what: `${what}: p50`,
      unit: 'ms',
      value: median(product),
      floor: median(floor),
      aim: { ratioAtMost: 1.4 },
    }),
    resultRow({
      id: 'b.p99',
      what: `${what}: p99`,
      unit: 'ms',
      value: percentile(product, 0.99),
      floor: percentile(floor, 0.99),
    }),
  ];
}

export const batchOf30: Measurement = {
  id: 'a',
  title: 'A batch of 30, exchange latency 0',
  measure: measureWithoutLatency,
};

export const batchOf30At75Ms: Measurement = {
  id: 'b',
  title: 'A batch of 30, exchange latency 75 ms',
  measure: measureWithLatency,
};

function batchBody(market: Parameters<typeof restingPrice>[0], round: number): string {
  // A size of its own: an equal body soon after would be taken for a resend.
  const qtyPer = (1 + (round + 2 * warmUps) / 10_000).toFixed(4);
  const orders = Array.from({ length: orderCount }, (_, at) => ({
    symbol: market.symbol,
    price: restingPrice(market, at),
    qtyPer,
  }));
  return limitAlert(strategy, orders);
}

function assertSent({ status, answer }: PostedAlert): void {
  if (status === 200 && answer.summary.executed_from_queue === sentOfBatch) return;
  throw new Error(`a batch was answered ${status}, expected ${sentOfBatch} sent: ${JSON.stringify(answer.summary)}`);
}

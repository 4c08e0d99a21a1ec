import { setTimeout as pause } from 'node:timers/promises';
import { restingPrice } from '../installation/paper-client.ts';
import { cancelAll, limitAlert, postAlert } from '../installation/post-alert.ts';
import type { BenchContext, Measurement } from '../measurement.ts';
import { percentile } from '../results/percentile.ts';
import { resultRow } from '../results/result-row.ts';

/** Alerts a second for each account. */
const perSecond = 10;

async function measureIsolation(context: BenchContext) {
  const { gatewayUrl, paper, markets } = await context.installation();
  const seconds = context.quick ? 8 : 15;
  let sent = 0;
  let failures = 0;

  /** Sends at a steady pace, whether or not earlier alerts are answered, and gives how long each answer took. */
  const stream = async (strategy: string, record: boolean): Promise<number[]> => {
    const answers: Promise<number>[] = [];
    const began = performance.now();
    for (let at = 0; at < seconds * perSecond; at += 1) {
      await pause(Math.max(0, began + (at * 1_000) / perSecond - performance.now()));
      const n = sent++;
      const market = markets[n % markets.length]!;
      const order = { symbol: market.symbol, price: restingPrice(market, n % 50), qtyPer: (1 + n / 1e6).toFixed(6) };
      answers.push(
        postAlert(gatewayUrl, limitAlert(strategy, [order])).then(({ status, answer, ms }) => {
          if (record && (status !== 200 || !answer.success)) failures += 1;
          return ms;
        }),
      );
    }
    return await Promise.all(answers);
  };

  const alone: number[] = [];
  const beside: number[] = [];
  // Its connection and the leverage of its symbols: they are no part of an answer later on.
  await stream('main2', false);
  for (let round = 0; round < 2; round += 1) {
    context.say(`g: round ${round + 1} of 2, main2 alone`);
    alone.push(...(await stream('main2', true)));
    context.say(`g: round ${round + 1} of 2, main2 while second hangs`);
    await paper.control('/faults', { match: { account: 'paper-second' }, do: 'hang', ms: 10_000, times: 'always' });
    const [ours] = await Promise.all([stream('main2', true), stream('second', false)]);
    beside.push(...ours);
    await paper.control('/faults', undefined, 'DELETE');
    // What hangs ends within this time, and what it left unresolved is looked up.
    await pause(11_000);
  }
  for (const { symbol } of markets) await cancelAll(gatewayUrl, 'main2', symbol);
  return [
    resultRow({
      id: 'g.p99',
      what: "main2's answers while account second hangs 10 s on every call, 10 alerts/s each, beside main2 alone: p99",
      unit: 'ms',
      value: percentile(beside, 0.99),
      floor: percentile(alone, 0.99),
      aim: { ratioAtMost: 1.5 },
    }),
    resultRow({
      id: 'g.failures',
      what: `of main2's ${alone.length + beside.length} alerts not answered 200 with success`,
      unit: '',
      value: failures,
      aim: { atMost: 0 },
    }),
  ];
}

export const isolation: Measurement = {
  id: 'g',
  title: 'One account beside another that hangs',
  measure: measureIsolation,
};

import { setTimeout as pause } from 'node:timers/promises';
import { AccountEars } from '../installation/account-ears.ts';
import { type Market, type PaperClient, restingPrice } from '../installation/paper-client.ts';
import { cancelAll, limitAlert, postAlert } from '../installation/post-alert.ts';
import { floorAccount, type Installation, manyStrategies } from '../installation/start-installation.ts';
import type { BenchContext, Measurement } from '../measurement.ts';
import { median, percentile } from '../results/percentile.ts';
import { resultRow } from '../results/result-row.ts';

/** Of strategy and account `batch`. */
const openOrders = 20;
/** Five accounts with 20 symbols each are traded meanwhile: alerts and fills a second. */
const busyAccounts = 5;
const perSecond = 10;

async function measureFreedSlot(context: BenchContext) {
  const installation = await context.installation();
  const { sql, paper, markets, gatewayUrl } = installation;
  const market = markets[0]!;
  const count = context.quick ? 60 : 200;
  const [ours, floors] = [await AccountEars.open(paper, 'batch'), await AccountEars.open(paper, floorAccount)];
  const held = await holdTick(installation);
  const stop = new AbortController();
  const busy = keepBusy(installation, stop.signal);
  try {
    await fillQueue(gatewayUrl, market, openOrders + count);
    for (let at = 0; at < openOrders; at += 5) await placeFloor(paper, market, at, 5);
    const product: number[] = [];
    const floor: number[] = [];
    context.say(`h: ${count} fills, 100 pairs busy, the tick held`);
    while (product.length < count) {
      product.push(await timeToNext(ours, () => fillOne(paper, 'batch', market)));
      floor.push(
        await timeToNext(
          floors,
          () => fillOne(paper, floorAccount, market),
          () => placeFloor(paper, market, 0, 1),
        ),
      );
      await pause(20);
    }
    const ran =
      await sql`select from runtime.job_state where job_id = 'queue_rebalancer' and last_started_at > ${held.at}`;
    if (ran.length > 0) throw new Error('the tick ran while it was held');
    const what = 'from the fill event of a full pair to the next order on the exchange, 100 pairs busy, tick held';
    return [
      resultRow({ id: 'h.p50', what: `${what}: p50`, unit: 'ms', value: median(product), floor: median(floor) }),
      resultRow({
        id: 'h.p95',
        what: `${what}: p95`,
        unit: 'ms',
        value: percentile(product, 0.95),
        floor: percentile(floor, 0.95),
      }),
      resultRow({
        id: 'h.own',
        what: 'of h.p50, what is not the round trip to the exchange',
        unit: 'ms',
        value: median(product) - median(floor),
        aim: { atMost: 30 },
      }),
    ];
  } finally {
    stop.abort();
    await busy;
    await held.release();
    ours.close();
    floors.close();
    await cancelAll(gatewayUrl, 'batch', market.symbol);
    await paper.cancelAll(floorAccount, market.venueSymbol);
  }
}

/** From the fill to the next order on the same stream, as the account's own listener sees them. */
async function timeToNext(
  ears: AccountEars,
  fill: () => Promise<unknown>,
  react?: () => Promise<unknown>,
): Promise<number> {
  const filled = ears.next('TRADE');
  const next = ears.next('NEW');
  void fill();
  const began = await filled;
  await react?.();
  return (await next) - began;
}

async function fillOne(paper: PaperClient, account: string, market: Market): Promise<void> {
  await paper.control('/fills', { account: `paper-${account}`, symbol: market.venueSymbol, some: 1 });
}

async function placeFloor(paper: PaperClient, market: Market, at: number, count: number): Promise<void> {
  const orders = Array.from({ length: count }, (_, n) => ({
    symbol: market.venueSymbol,
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.1',
    price: restingPrice(market, at + n),
  }));
  await paper.place(floorAccount, orders);
}

async function fillQueue(gatewayUrl: string, market: Market, count: number): Promise<void> {
  for (let from = 0; from < count; from += 30) {
    const orders = Array.from({ length: Math.min(30, count - from) }, (_, at) => ({
      symbol: market.symbol,
      price: restingPrice(market, from + at),
    }));
    const { answer } = await postAlert(gatewayUrl, limitAlert('batch', orders));
    if (!answer.success) throw new Error(`the pair could not be filled: ${JSON.stringify(answer)}`);
  }
}

async function keepBusy({ gatewayUrl, paper, markets }: Installation, signal: AbortSignal): Promise<void> {
  const under = new Set<Promise<unknown>>();
  for (let n = 0; !signal.aborted; n += 1) {
    const [account, market] = [n % busyAccounts, markets[Math.floor(n / busyAccounts) % 20]!];
    const body = limitAlert(manyStrategies[account]!, [{ symbol: market.symbol, price: restingPrice(market, n % 50) }]);
    const one = postAlert(gatewayUrl, body)
      .then(() => fillOne(paper, `shared${account}`, market))
      .catch(() => {})
      .finally(() => under.delete(one));
    under.add(one);
    await pause(1_000 / perSecond);
  }
  await Promise.all(under);
}

/** To the job queue it looks as if a run of the tick were still busy, so none begins. */
async function holdTick({ sql }: Installation): Promise<{ at: Date; release: () => Promise<void> }> {
  for (;;) {
    const [row] = await sql<{ id: string; at: Date }[]>`
      insert into pgboss.job (name, state, policy, started_on, expire_seconds, retry_limit)
      values ('job.queue_rebalancer', 'active', 'exclusive', now(), 3600, 0) on conflict do nothing
      returning id, clock_timestamp() as at`;
    if (row === undefined) continue;
    const release = async () =>
      void (await sql`update pgboss.job set state = 'completed', completed_on = now() where id = ${row.id}`);
    return { at: row.at, release };
  }
}

export const freedSlot: Measurement = {
  id: 'h',
  title: 'A freed slot: from the fill event to the next order',
  measure: measureFreedSlot,
};

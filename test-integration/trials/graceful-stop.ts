import { disagreements, nothingInFlight } from '../harness/agreement.ts';
import { batch, cancelAll, ladder, limit, market } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import type { AlertBody } from '../harness/gateway-client.ts';
import type { Stack } from '../harness/start-stack.ts';

export type GracefulStopSeen = {
  wrong: string[];
  /** From the signal to the end of the process. */
  stopMs: number;
  /** From the signal until every alert had its result. */
  resultsMs: number;
};

const openLimit = 20;
/** What order-queue allows itself in all: sending has 12 s of it. */
const stopsWithinMs = 20_000;
/** Below the time after which a claim is taken over: whoever stops leaves nothing to take over. */
const resultsWithinMs = 10_000;
const symbols = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'LTC/USDT', 'BCH/USDT'];
const from: Record<string, number> = {
  'BTC/USDT': 90_000,
  'ETH/USDT': 3_300,
  'SOL/USDT': 165,
  'LTC/USDT': 95,
  'BCH/USDT': 410,
};

/**
 * Every order-queue but the last gets SIGTERM in the middle of a burst, with calls on the wire that take half a second.
 * Each ends what it is sending, gives back the rest and exits with 0; who stays does the rest at once.
 */
export async function gracefulStop(stack: Stack, account: string): Promise<GracefulStopSeen> {
  const wrong: string[] = [];
  const leaving = stack.orderQueues.slice(0, -1);
  await stack.exchange.control('/latency', { ms: '300-600' });
  const alerts: AlertBody[] = symbols.flatMap((symbol) => [
    batch(
      account,
      ladder(from[symbol]!, 12, -from[symbol]! / 500).map((price) =>
        limit(symbol, price.toPrecision(4), { qty_per: 1 }),
      ),
    ),
    batch(account, [market(symbol, { qty_per: 1 })]),
    batch(
      account,
      ladder(from[symbol]! * 1.02, 12, -from[symbol]! / 500).map((price) =>
        limit(symbol, price.toPrecision(4), { qty_per: 1 }),
      ),
    ),
  ]);
  alerts.push(batch(account, [cancelAll(symbols[0]!)]));
  const answers = alerts.map((alert) => stack.gateway.alert(alert));
  await eventually(async () => {
    const { calls } = await stack.exchange.record(account);
    if ((calls.place?.received ?? 0) < 20) throw new Error('too little is on the wire yet');
  });

  const began = performance.now();
  const codes = await Promise.all(leaving.map((service) => service.stop()));
  const stopMs = performance.now() - began;
  if (codes.some((code) => code !== 0)) wrong.push(`ended with ${codes.join(', ')}`);
  if (stopMs > stopsWithinMs) wrong.push(`took ${Math.round(stopMs)} ms to stop`);
  for (const { status } of await Promise.all(answers))
    if (status !== 200 && status !== 202) wrong.push(`answered ${status}`);
  await eventually(async () => {
    const [row] = await stack.sql<{ without: number }[]>`
      select count(*)::int as without from gateway.alert_to_plan a
      where a.strategy = ${account} and not exists (select from orders.alert_result r where r.alert_id = a.id)`;
    if (row!.without > 0) throw new Error(`${row!.without} alerts have no result`);
  }, 30_000);
  await eventually(() => nothingInFlight(stack.sql, [account]), 30_000);
  const resultsMs = performance.now() - began;
  if (resultsMs > resultsWithinMs) wrong.push(`the last result came ${Math.round(resultsMs)} ms after the signal`);
  await stack.exchange.control('/latency', { ms: '0-50' });
  await Promise.all(leaving.map((service) => service.start()));
  wrong.push(...(await disagreements(stack, account, openLimit)));
  return { wrong, stopMs: Math.round(stopMs), resultsMs: Math.round(resultsMs) };
}

import { expect, test } from 'vitest';
import { ladder, limits } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import { startStack } from '../harness/start-stack.ts';
import { progress } from '../trials/progress.ts';

const from = { 'BTC/USDT': 90_000, 'ETH/USDT': 3_000, 'SOL/USDT': 150, 'XRP/USDT': 2 };
const EACH = 100;

test('400 orders of unknown state over 4 pairs are settled by a few requests when the exchange is back', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const stack = await startStack({
    strategies: ['outage'],
    orderQueues: 2,
    paper: { PAPER_LATENCY_MS: '0-30' },
    configure: ({ accounts }) => {
      accounts.outage!.max_open_orders = 200;
    },
  });
  cleanUp.defer(() => stack.stop());
  const symbols = Object.keys(from) as (keyof typeof from)[];
  for (const symbol of symbols) await stack.gateway.settled(limits('outage', symbol, [from[symbol]], { qty_per: 0.5 }));
  // The weight it takes per minute is enforced; how many orders it takes is not this test's concern.
  await stack.exchange.control('/limits', { enforce: true, ordersPer10s: 10_000, ordersPerMinute: 10_000 });

  // Orders arrive and their answers do not; nothing can be looked up, and no stream tells.
  await stack.exchange.silence('outage');
  const back = [await stack.exchange.fault('outage', { match: { call: 'place' }, do: 'drop-after', times: 'always' })];
  for (const call of ['lookup', 'openOrders']) {
    back.push(await stack.exchange.fault('outage', { match: { call }, do: 'status', status: 503, times: 'always' }));
  }
  await Promise.all(
    symbols.flatMap((symbol) =>
      [0, 1].map((half) => {
        const step = -from[symbol] / 1_000;
        const best = from[symbol] + step * (1 + (half * EACH) / 2);
        return stack.gateway.alert(limits('outage', symbol, ladder(best, EACH / 2, step), { qty_per: 0.5 }));
      }),
    ),
  );
  await eventually(async () => {
    expect(await stack.orders.counts('outage')).toEqual({ open: 4, unresolved_place: 4 * EACH });
  }, 60_000);

  await stack.exchange.control('/record/reset', {});
  for (const over of back) await over();
  const begun = performance.now();
  await eventually(async () => {
    expect(await stack.orders.counts('outage')).toEqual({ open: 4 + 4 * EACH });
  }, 60_000);
  const { calls } = await stack.exchange.record('outage');
  const asked = (calls.lookup?.received ?? 0) + (calls.openOrders?.received ?? 0);
  progress(`settled in ${Math.round(performance.now() - begun)} ms by ${asked} requests: ${JSON.stringify(calls)}`);
  expect(asked).toBeLessThan(100);
  expect(calls.place).toBeUndefined();
  for (const { refused } of Object.values(calls)) expect(refused).toEqual({});
});

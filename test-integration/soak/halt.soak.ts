import { expect, test } from 'vitest';
import { batch, market } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import { startStack } from '../harness/start-stack.ts';
import { progress } from '../trials/progress.ts';

const symbols = ['BTC', 'ETH', 'SOL', 'XRP', 'BNB', 'DOGE', 'ADA', 'LINK'].map((base) => `${base}/USDT`);

test('a halt takes effect within a second on three replicas under load, by the clock of the exchange', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const stack = await startStack({ strategies: ['loaded'], orderQueues: 3 });
  cleanUp.defer(() => stack.stop());
  let left = Number.POSITIVE_INFINITY;
  // MARKET orders without a pause, so that each replica has some planned, claimed and on the wire at any moment.
  const senders = symbols.map(async (traded) => {
    for (let turn = 0; left > 0; turn += 1) {
      left -= 1;
      await stack.gateway.alert(
        batch('loaded', [market(traded, { side: turn % 2 === 0 ? 'buy' : 'sell', qty_per: 1 })]),
      );
    }
  });
  const sendsOf = (log: readonly string[]) => log.filter((line) => / placed \d+ orders? on loaded /.test(line)).length;
  await eventually(() => {
    for (const { log } of stack.orderQueues) expect(sendsOf(log)).toBeGreaterThan(2);
  }, 30_000);
  const { status } = await stack.gateway.command('/admin/halt', { strategy: 'loaded' });
  // Not the end of the load but the switch has to end the orders.
  left = 40;
  await Promise.all(senders);
  expect(status).toBe(200);

  const [row] = await stack.sql<{ changedAt: Date }[]>`
    select changed_at as "changedAt" from orders.halt where scope = 'strategy' and name = 'loaded'`;
  const { orders } = await stack.exchange.record('loaded');
  const after = orders.map(({ time }) => time - row!.changedAt.getTime());
  progress(`${after.length} orders, the last ${Math.max(...after)} ms after the switch was set`);
  expect(after.filter((ms) => ms > -3_000).length).toBeGreaterThan(3);
  expect(Math.max(...after)).toBeLessThan(1_000);
});

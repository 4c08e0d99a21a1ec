import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { batch, ladder, limits, stopLimit, stopMarket } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import { holdJob } from '../harness/hold-job.ts';
import type { ServiceProcess } from '../harness/service-process.ts';
import { type Stack, startStack } from '../harness/start-stack.ts';
import { keyOf } from '../harness/test-configuration.ts';

// The tick and the poll are held, so that what happens is known from a stream or from the poll behind its connection.

const symbol = 'BTC/USDT';

test('the owner of the streams is killed, then frozen: the other listens, and no fill is lost or counted twice', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const stack = await startStack({
    strategies: ['one', 'two'],
    orderQueues: 2,
    environment: (service, _, replica) => (service === 'order-queue' ? { POD_NAME: `queue-${replica}` } : {}),
  });
  cleanUp.defer(() => stack.stop());
  const release = await hold(stack);
  for (const account of ['one', 'two']) await stack.gateway.settled(limits(account, symbol, ladder(95_000, 20, -10)));
  await rest(stack);

  const killed = await owner(stack, 'one');
  await killed.process.kill();
  await fill(stack, 'one');
  // A lease of eight seconds, looked at every two.
  await eventually(async () => expect(await stack.orders.counts('one')).toEqual({ open: 19, filled: 1 }), 15_000);
  expect((await owner(stack, 'one')).name).not.toBe(killed.name);
  await killed.process.start();
  await rest(stack);

  const frozen = await owner(stack, 'two');
  await frozen.process.freeze();
  await fill(stack, 'two');
  await eventually(async () => expect(await stack.orders.counts('two')).toEqual({ open: 19, filled: 1 }), 15_000);
  expect((await owner(stack, 'two')).name).not.toBe(frozen.name);
  // What it had been sent before is read now, and is an older report.
  await frozen.process.thaw();
  await eventually(() => {
    if (!frozen.process.log.some((line) => line.includes('was taken over by another replica')))
      throw new Error('not yet');
  });
  await release();
  await agree(stack, ['one', 'two']);
});

test('a connection that is dead and looks alive is noticed and made anew', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const stack = await startStack({ strategies: ['one'] });
  cleanUp.defer(() => stack.stop());
  await hold(stack);
  await stack.gateway.settled(limits('one', symbol, ladder(95_000, 20, -10)));
  await rest(stack);
  await stack.exchange.control('/streams', { account: keyOf('one'), do: 'freeze', ms: 60_000 });
  await fill(stack, 'one');
  await eventually(async () => expect(await stack.orders.counts('one')).toEqual({ open: 19, filled: 1 }), 30_000);
});

test.each([
  { triggeredOrderClientId: 'same', orderEventsFirst: false },
  { triggeredOrderClientId: 'generated', orderEventsFirst: false },
  { triggeredOrderClientId: 'generated', orderEventsFirst: true },
])(
  'a stop is followed to its fills: the id of its order is $triggeredOrderClientId, that order is told of first: $orderEventsFirst',
  async (switches) => {
    await using cleanUp = new AsyncDisposableStack();
    const stack = await startStack({ strategies: ['one'] });
    cleanUp.defer(() => stack.stop());
    await hold(stack);
    await stack.exchange.control('/switches', switches);
    const stops = [stopMarket(symbol, 97_000), stopLimit(symbol, 97_000, 97_100)];
    await stack.gateway.settled(batch('one', stops));
    await stack.exchange.setPrice('BTCUSDT', '97050');
    await eventually(async () => {
      expect(await stack.orders.counts('one')).toEqual({ filled: 2 });
      const [row] = await stack.sql`
      select sum(f.quantity) = (select sum(quantity) from orders.entry) as complete from orders.fill f`;
      expect(row).toEqual({ complete: true });
    }, 20_000);
  },
);

test('a minute of streams that lose, double, delay, reorder and break: with the next poll every row agrees', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const stack = await startStack({ strategies: ['one', 'two', 'three'], orderQueues: 2 });
  cleanUp.defer(() => stack.stop());
  const accounts = ['one', 'two', 'three'];
  for (const account of accounts) await stack.gateway.settled(limits(account, symbol, ladder(95_000, 60, -10)));
  const until = performance.now() + 60_000;
  const faults = [
    { do: 'drop', times: 2 },
    { do: 'duplicate', times: 3, ms: 50 },
    { do: 'delay', times: 3, ms: 700 },
    { do: 'reorder', times: 3 },
    { do: 'cut', ms: 800 },
    { do: 'expire' },
  ];
  for (let n = 0; performance.now() < until; n += 1) {
    const account = keyOf(accounts[n % accounts.length]!);
    if (n % 5 === 0) await stack.exchange.control('/streams', { account, ...faults[(n / 5) % faults.length] });
    await stack.exchange.control('/fills', { account, symbol, some: 1, ratio: n % 2 === 0 ? 1 : 0.4 });
    await pause(150);
  }
  await stack.exchange.control('/streams', undefined, 'DELETE');
  await agree(stack, accounts);
});

async function hold(stack: Stack): Promise<() => Promise<void>> {
  const released = await Promise.all(['queue_rebalancer', 'update_open_orders'].map((job) => holdJob(stack.sql, job)));
  return async () => void (await Promise.all(released.map((release) => release())));
}

async function owner(stack: Stack, account: string): Promise<{ name: string; process: ServiceProcess }> {
  return await eventually(async () => {
    const [row] = await stack.sql<{ owner: string }[]>`
      select owner from orders.account_stream where account = ${account} and state = 'connected'`;
    const name = row?.owner ?? 'nobody';
    const process = stack.orderQueues[Number(name.split('-')[1])];
    if (process === undefined) throw new Error(`${name} listens to ${account}`);
    return { name, process };
  }, 20_000);
}

async function fill(stack: Stack, account: string): Promise<void> {
  const [order] = await stack.orders.of(account);
  await stack.exchange.control('/fills', { account: keyOf(account), clientOrderId: order!.clientId });
}

/** What changed a moment ago is left alone by a poll. */
async function rest(stack: Stack): Promise<void> {
  await eventually(async () => expect(await stack.orders.counts('one')).toMatchObject({ open: expect.any(Number) }));
  await stack.sql`update orders.entry set updated_at = now() - interval '1 minute'`;
}

/** Every order executed as the exchange has it, and each execution stored once. */
async function agree(stack: Stack, accounts: string[]): Promise<void> {
  await eventually(async () => {
    await stack.sql`update orders.attempt set reported_at = now() - interval '1 minute' where filled < executed`;
    await stack.updateOpenOrders();
    for (const account of accounts) {
      const theirs = (await stack.exchange.record(account)).orders.filter(({ executedQty }) => Number(executedQty) > 0);
      const ours = await stack.sql<{ id: string; executed: string; filled: string }[]>`
        select a.client_id as id, trim_scale(a.executed)::text as executed,
          trim_scale(coalesce((select sum(quantity) from orders.fill f where f.order_id = a.order_id and f.attempt = a.number), 0))::text as filled
        from orders.attempt a where a.account = ${account} and a.executed > 0 order by a.client_id`;
      expect(ours.map(({ id, executed }) => [id, Number(executed)])).toEqual(
        theirs.map((order) => [order.clientOrderId, Number(order.executedQty)]).sort(),
      );
      for (const { executed, filled } of ours) expect(filled).toBe(executed);
    }
  }, 90_000);
}

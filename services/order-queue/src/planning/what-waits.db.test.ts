import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { accepted, createTestQueue, refusedAsFull, type TestQueue, takenOff } from '../testing/test-queue.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
});

afterEach(async () => {
  await queue.end();
});

const buys = (from: number, count: number) => Array.from({ length: count }, (_, at) => ({ price: String(from + at) }));
const statuses = async () => (await queue.orders()).map((order) => order.status);

describe('an order that waits is looked at again', () => {
  test('when a learnt cap ends, also after the pair was planned for another reason before', async () => {
    await queue.market('BTC/USDT', { open: 20 });
    const { committed } = await queue.plan(buys(90_000, 1));
    await queue.record([
      refusedAsFull(committed.tasks[0]!, { open: 20, conditional: 0, foreignOpen: 20, foreignConditional: 0 }),
    ]);
    expect(await statuses()).toEqual(['pending']);
    await queue.bringForward();
    expect(await queue.tick()).toEqual([]);
    const [due] = await queue.due();
    expect(due?.seconds).toBeGreaterThan(590);
    expect(due?.seconds).toBeLessThanOrEqual(600);
  });

  test('when the swap budget of the window is used up', async () => {
    await queue.market('BTC/USDT', { open: 1 });
    const first = await queue.plan(buys(90_000, 1));
    await queue.record(first.committed.tasks.map((task) => accepted(task)));
    await queue.sql`update market.rate_limit set "limit" = 100`;
    await queue.budget.refresh();
    do {
      queue.swaps.spend('a1', Date.now());
      await queue.budget.asked();
    } while (queue.swaps.left('a1', Date.now()) > 0);
    await queue.plan(buys(91_000, 1));
    expect(await statuses()).toEqual(['open', 'pending']);
    expect((await queue.due()).map(({ symbol }) => symbol)).toEqual(['BTC/USDT']);
  });

  test('an account-wide number of stops that foreign orders of other symbols fill is not run into again and again', async () => {
    await queue.market('BTC/USDT', { scope: 'account', conditional: 200 });
    const stop = { type: 'STOP_MARKET', side: 'sell', stopPrice: '80000' } as const;
    const { committed } = await queue.plan([stop]);
    // 200 stops of ours and of nobody we know stand in other symbols: this pair's list shows none of them.
    const after = await queue.record([
      refusedAsFull(committed.tasks[0]!, { open: 200, conditional: 200, foreignOpen: 0, foreignConditional: 0 }),
    ]);
    expect(after.tasks).toEqual([]);
    expect(await statuses()).toEqual(['pending']);
  });

  test('an exchange that shows more of our orders than we know of is not sent the refused one again at once', async () => {
    await queue.market('BTC/USDT', { open: 200 });
    const { committed } = await queue.plan(buys(90_000, 1));
    const after = await queue.record([
      refusedAsFull(committed.tasks[0]!, { open: 200, conditional: 0, foreignOpen: 0, foreignConditional: 0 }),
    ]);
    expect(after.tasks).toEqual([]);
  });
});

describe('a market that takes no new orders', () => {
  const status = (to: string) => queue.sql`update market.symbol set status = ${to} where symbol = 'BTC/USDT'`;
  const queuedEvents = async () =>
    (
      await queue.sql<{ detail: { why?: string } }[]>`
        select detail from orders.event where kind = 'queued' and detail ? 'why' order by id`
    ).map(({ detail }) => detail.why);

  test('keeps its waiting orders off the exchange, says so once, and gets them when it trades again', async () => {
    await queue.market('BTC/USDT', { open: 1 });
    const first = await queue.plan(buys(90_000, 1));
    await queue.record(first.committed.tasks.map((task) => accepted(task)));
    const second = await queue.plan([{ price: '91000' }, { type: 'STOP_MARKET', side: 'sell', stopPrice: '80000' }]);
    const cancel = second.committed.tasks.find(({ action }) => action === 'cancel')!;
    await status('cancel_only');

    const freed = await queue.record([takenOff(cancel)]);
    expect(freed.tasks).toEqual([]);
    expect(await queuedEvents()).toEqual(['BTC/USDT accepts cancels only at the moment']);
    expect((await queue.due())[0]?.seconds).toBeLessThanOrEqual(30);
    await queue.bringForward();
    expect(await queue.tick()).toEqual([]);
    expect(await queuedEvents()).toHaveLength(1);

    await status('trading');
    await queue.bringForward();
    expect((await queue.tick()).map(({ request }) => request.price)).toEqual(['91000']);
  });

  test('has nothing taken off for orders that cannot follow, and lets its orders be cancelled', async () => {
    await queue.market('BTC/USDT', { open: 1 });
    const first = await queue.plan(buys(90_000, 1));
    await queue.record(first.committed.tasks.map((task) => accepted(task)));
    await status('closed');
    const second = await queue.plan(buys(91_000, 1));
    expect(second.committed.tasks).toEqual([]);
    const cancel = await queue.plan([{ type: 'CANCEL_ALL_ORDER', side: null }]);
    expect(cancel.committed.tasks.map(({ action }) => action)).toEqual(['cancel']);
    expect(await statuses()).toEqual(['cancelling', 'cancelled']);
  });
});

describe('what a strategy leaves behind', () => {
  test('an order that is demoted after its strategy was taken out ends instead of waiting for ever', async () => {
    await queue.market('BTC/USDT', { open: 1 });
    const first = await queue.plan(buys(90_000, 1));
    await queue.record(first.committed.tasks.map((task) => accepted(task)));
    await queue.sql`update config.strategy set removed_at = now() where name = 's1'`;
    await queue.reconfigure();
    const second = await queue.plan(buys(91_000, 1), 's2');
    const after = await queue.record(second.committed.tasks.map(takenOff));
    expect(await statuses()).toEqual(['cancelled', 'submitting']);
    expect(after.tasks.map((task) => task.action)).toEqual(['place']);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { batch, ladder, limit, limits, market } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { useStack } from './harness/use-stack.ts';

const symbol = 'BTC/USDT';
const stack = useStack({
  strategies: ['sending', 'burst', 'forgotten', { name: 'never-there', accounts: ['never-there'] }],
});

describe('order-queue is told to stop', () => {
  test('it finishes what is being sent and records it before it ends', async () => {
    // The connection and the symbol's leverage are there already, so that the orders are on the wire at once.
    await stack().gateway.settled(limits('sending', symbol, [95_000]));
    await stack().exchange.fault('sending', { match: { call: 'place' }, do: 'delay', ms: 1_000, times: 'always' });
    const alert = stack().gateway.alert(limits('sending', symbol, ladder(94_900, 8, -100)));
    await eventually(async () => expect(await stack().orders.counts('sending')).toEqual({ open: 1, submitting: 8 }));

    expect(await stack().orderQueues[0]!.stop()).toBe(0);

    expect(await stack().orders.counts('sending')).toEqual({ open: 9 });
    expect((await alert).status).toBeLessThan(300);
    await stack().orderQueues[0]!.start();
  });

  test('in the middle of a burst it loses nothing and sends nothing twice', async () => {
    const symbols = ['BTC', 'ETH', 'SOL', 'BNB', 'LTC', 'BCH'].map((base) => `${base}/USDT`);
    const prices = new Map(
      (await stack().sql<{ symbol: string; price: string }[]>`select symbol, last as price from market.price`).map(
        (row) => [row.symbol, Number(row.price)],
      ),
    );
    const orders = (name: string, round: number) => [
      ...ladder(0.97, 4, -0.001).map((share) =>
        limit(name, ((share - round / 100) * prices.get(name)!).toPrecision(4)),
      ),
      market(name, { qty_per: 1 }),
    ];
    const alerts = [0, 1, 2].flatMap((round) =>
      symbols.map((name) => stack().gateway.alert(batch('burst', orders(name, round)))),
    );
    await eventually(async () => {
      expect((await stack().exchange.record('burst')).orders.length).toBeGreaterThan(10);
    });

    expect(await stack().orderQueues[0]!.stop()).toBe(0);
    for (const status of (await Promise.all(alerts)).map((answer) => answer.status))
      expect([200, 202]).toContain(status);
    await stack().orderQueues[0]!.start();

    await eventually(async () => {
      const counts = await stack().orders.counts('burst');
      expect(counts).toEqual({ open: 3 * 4 * symbols.length, filled: 3 * symbols.length });
    }, 30_000);
    await eventually(async () => {
      const [unanswered] = await stack().sql<{ count: number }[]>`
        select count(*)::int as count from gateway.alert_to_plan a
        where not exists (select from orders.alert_result r where r.alert_id = a.id)`;
      expect(unanswered!.count).toBe(0);
    });
    const record = await stack().exchange.record('burst');
    expect(record.orders).toHaveLength(15 * symbols.length);
    expect(record.acceptedTwice).toEqual([]);
    expect(await stack().orders.messages('burst')).toEqual([]);
  });
});

describe.concurrent('the exchange does not know an order', () => {
  beforeAll(async () => {
    await stack().gateway.settled(limits('forgotten', symbol, ladder(95_000, 22, -100)));
    await stack().paper.stop();
    await stack().paper.start();
  });

  test('because it has forgotten everything: what was open ends as cancelled, and what waited is sent', async () => {
    await eventually(async () => {
      await stack().updateOpenOrders();
      expect(await stack().orders.counts('forgotten')).toEqual({ cancelled: 20, open: 2 });
    }, 45_000);
    expect(await stack().exchange.openOrders('forgotten', 'BTCUSDT')).toHaveLength(2);
  });

  test('because it never arrived: it is sent again once it is proven absent', async () => {
    await stack().exchange.fault('never-there', { match: { call: 'place' }, do: 'drop-before' });
    const begun = performance.now();

    const body = await stack().gateway.settled(limits('never-there', symbol, [95_000]));
    expect(body.results).toMatchObject([{ success: true, queued: true, unresolved: true }]);

    await eventually(async () => expect(await stack().orders.counts('never-there')).toEqual({ open: 1 }), 45_000);
    // The receive window of 3 s and the 10 s in which the exchange may still answer.
    expect(performance.now() - begun).toBeGreaterThan(13_000);
    expect(await stack().orders.of('never-there')).toMatchObject([{ attempts: 2 }]);
    const { calls, highestOpen } = await stack().exchange.record('never-there');
    expect(calls.place).toMatchObject({ accepted: 1 });
    expect(highestOpen.BTCUSDT!.total).toBe(1);
  });
});

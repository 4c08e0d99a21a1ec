import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { batch, cancel, cancelAll, ladder, limit, limits, market } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { answer, cancelled, executed, failed, rebalanced, summary } from './harness/expected-answer.ts';
import { useStack } from './harness/use-stack.ts';

const symbol = 'BTC/USDT';
const stack = useStack({
  strategies: [
    'by-id',
    'by-row',
    'by-side',
    'everything',
    'unknown',
    'nothing',
    'siblings',
    'frees',
    'reduce',
    'flat',
    { name: 'mine', accounts: ['shared'] },
    { name: 'theirs', accounts: ['shared'] },
    { name: 'random', accounts: ['moments'] },
    { name: 'bystander', accounts: ['moments'] },
  ],
});

describe.concurrent('CANCEL', () => {
  test('takes the order with that exchange id, and no other', async () => {
    const { results } = await stack().gateway.settled(limits('by-id', symbol, [95_000, 94_900, 94_800]));
    const id = results[1]!.result.order_id!;

    const body = await stack().gateway.settled(batch('by-id', [cancel({ order_id: id })]));

    expect(body).toEqual(
      answer('by-id', {
        results: [cancelled(0, 'by-id', 1)],
        rebalanced: [expect.objectContaining({ symbol, executed: 0, cancelled: 0, failed: 0 })],
        summary: summary({ total_orders: 1, immediate_orders: 1, executed_orders: 1, successful_orders: 1 }),
      }),
    );
    expect(await openPrices('by-id')).toEqual([94_800, 95_000]);
    expect((await stack().exchange.order('by-id', 'BTCUSDT', id)).status).toBe('CANCELED');
    expect(await stack().orders.counts('by-id')).toEqual({ open: 2, cancelled: 1 });
  });

  test('takes the order with that pending_order_id, also one that was never sent', async () => {
    const { results } = await stack().gateway.settled(limits('by-row', symbol, ladder(95_000, 21, -100)));
    const waits = results[20]!.pending_order_id!;

    const never = await stack().gateway.settled(batch('by-row', [cancel({ order_id: String(waits) })]));
    expect(never.results).toEqual([cancelled(0, 'by-row', 1)]);
    expect(await stack().orders.counts('by-row')).toEqual({ open: 20, cancelled: 1 });

    const [best] = await stack().orders.of('by-row');
    const live = await stack().gateway.settled(batch('by-row', [cancel({ order_id: best!.id })]));
    expect(live.results).toEqual([cancelled(0, 'by-row', 1)]);
    expect(await openPrices('by-row')).toEqual(ladder(93_100, 19, 100));
  });

  test('without an id takes all orders of the symbol and side', async () => {
    const sells = ladder(97_000, 3, 100).map((price) => limit(symbol, price, { side: 'sell' }));
    const elsewhere = limit('ETH/USDT', 3_500);
    const buys = ladder(95_000, 4, -100).map((price) => limit(symbol, price));
    await stack().gateway.settled(batch('by-side', [...sells, ...buys, elsewhere]));

    const body = await stack().gateway.settled(batch('by-side', [cancel({ symbol, side: 'BUY' })]));

    expect(body.results).toEqual([cancelled(0, 'by-side', 4)]);
    expect(await openPrices('by-side')).toEqual([97_000, 97_100, 97_200]);
    expect(await stack().exchange.openOrders('by-side', 'ETHUSDT')).toHaveLength(1);
  });

  test('of an id that two orders have is refused with both named, and one found nowhere fails', async () => {
    await stack().gateway.settled(limits('unknown', symbol, [95_000, 94_900]));
    const [one, other] = await stack().orders.of('unknown');
    // Row ids and exchange ids are numbers of different makers, so that nothing but chance keeps them apart.
    await stack().sql`
      update orders.attempt set exchange_order_id = ${String(one!.id)} where order_id = ${other!.id}`;

    const twice = await stack().gateway.settled(batch('unknown', [cancel({ order_id: String(one!.id) })]));
    const ambiguous = new RegExp(`ambiguous.*\\b${one!.id}\\b.*\\b${other!.id}\\b`);
    expect(twice).toMatchObject({ success: false, error: expect.stringMatching(ambiguous) });
    expect(twice.results).toEqual([failed(0, 'unknown', expect.stringMatching(ambiguous), false)]);

    const nowhere = await stack().gateway.settled(batch('unknown', [cancel({ order_id: '987654321' })]));
    expect(nowhere.results).toEqual([failed(0, 'unknown', expect.stringMatching(/not found.*987654321/), false)]);
    expect(await openPrices('unknown')).toEqual([94_900, 95_000]);
  });

  test('of a symbol without orders is a success with none cancelled', async () => {
    const body = await stack().gateway.settled(batch('nothing', [cancel({ symbol, side: 'buy' }), cancelAll(symbol)]));
    expect(body.results).toEqual([cancelled(0, 'nothing', 0), cancelled(1, 'nothing', 0)]);
  });

  test('gives the freed slot to the order that waits', async () => {
    await stack().gateway.settled(limits('frees', symbol, ladder(95_000, 21, -100)));
    const [best] = await stack().orders.of('frees');

    const body = await stack().gateway.settled(batch('frees', [cancel({ order_id: best!.id })]));

    expect(body.results).toEqual([cancelled(0, 'frees', 1)]);
    expect(body.rebalanced).toEqual([rebalanced(symbol, { executed: 1, cancelled: 0 })]);
    expect(await openPrices('frees')).toEqual(ladder(93_000, 20, 100));
  });
});

describe.concurrent('CANCEL_ALL_ORDER', () => {
  test('takes everything of the symbol, and with a side only that', async () => {
    const orders = [limit(symbol, 95_000), limit(symbol, 97_000, { side: 'sell' }), limit('ETH/USDT', 3_500)];
    await stack().gateway.settled(batch('everything', orders));

    const sells = await stack().gateway.settled(batch('everything', [cancelAll(symbol, { side: 'sell' })]));
    expect(sells.results).toEqual([cancelled(0, 'everything', 1)]);
    expect(await openPrices('everything')).toEqual([95_000]);

    const rest = await stack().gateway.settled(batch('everything', [cancelAll(symbol)]));
    expect(rest.results).toEqual([cancelled(0, 'everything', 1)]);
    expect(await openPrices('everything')).toEqual([]);
    expect(await stack().exchange.openOrders('everything', 'ETHUSDT')).toHaveLength(1);
  });

  test('leaves the orders of its own alert alone, before it and after it', async () => {
    await stack().gateway.settled(limits('siblings', symbol, [95_000]));
    const body = await stack().gateway.settled(
      batch('siblings', [limit(symbol, 94_000), cancelAll(symbol), limit(symbol, 93_000)]),
    );
    expect(body.results).toEqual([executed(0, 'siblings'), cancelled(1, 'siblings', 1), executed(2, 'siblings')]);
    expect(await openPrices('siblings')).toEqual([93_000, 94_000]);
  });

  test('leaves the orders of other strategies on the same account alone', async () => {
    await stack().gateway.settled(limits('theirs', symbol, ladder(94_000, 12, -100)));
    await stack().gateway.settled(limits('mine', symbol, ladder(95_000, 10, -100)));

    const body = await stack().gateway.settled(batch('mine', [cancelAll(symbol)]));

    expect(body.results).toEqual([cancelled(0, 'shared', 10)]);
    // Two of theirs had to wait for mine.
    await eventually(async () => expect(await openPrices('shared')).toEqual(ladder(92_900, 12, 100)));
    const rows = await stack().orders.of('shared');
    expect(rows.filter(({ strategy }) => strategy === 'theirs').every(({ status }) => status === 'open')).toBe(true);
  });

  test('at any moment of a placement of 20 leaves nothing of the strategy open or waiting', async () => {
    const symbols = ['BTC', 'ETH', 'SOL', 'XRP', 'BNB', 'LTC', 'BCH', 'LINK'].map((base) => `${base}/USDT`);
    const prices = new Map<string, number>();
    for (const { symbol: name, price } of await stack().sql<{ symbol: string; price: string }[]>`
      select symbol, last as price from market.price where symbol = any(${symbols})`) {
      prices.set(name, Number(price));
    }
    const at = (name: string, share: number) => (prices.get(name)! * share).toPrecision(4);
    for (const name of symbols) {
      const theirs = [0.9, 0.91, 0.92, 0.93].map((share) => at(name, share));
      await stack().gateway.settled(limits('bystander', name, theirs, { qty_per: 1 }));
    }

    await Promise.all(
      symbols.map(async (name, place) => {
        const shares = ladder(0.97, 20, -0.001);
        const body = limits(
          'random',
          name,
          shares.map((share) => at(name, share)),
          { qty_per: 1 },
        );
        const placing = stack().gateway.alert(body);
        // Overtaken on its way to the gateway it would be the later alert, whose orders are meant to stay.
        await eventually(async () => {
          const taken = await stack().sql`
            select from gateway.alert_to_plan where strategy = 'random' and orders::text like ${`%${name}%`}`;
          expect(taken).toHaveLength(1);
        });
        await pause(place * 40 + Math.random() * 40);
        const cancelling = stack().gateway.alert(batch('random', [cancelAll(name)]));
        expect((await placing).status).toBeLessThan(300);
        expect((await cancelling).status).toBeLessThan(300);
      }),
    );

    await eventually(async () => {
      const rows = await stack().orders.of('moments');
      const statuses = (strategy: string) =>
        rows.filter((row) => row.strategy === strategy).map(({ status }) => status);
      expect(new Set(statuses('random'))).toEqual(new Set(['cancelled']));
      expect(new Set(statuses('bystander'))).toEqual(new Set(['open']));
      const clientIds = rows.filter((row) => row.strategy === 'bystander').map(({ clientId }) => clientId);
      const open = await stack().exchange.openOrders('moments');
      expect(open.map(({ clientOrderId }) => clientOrderId).sort()).toEqual(clientIds.sort());
    }, 30_000);
    const record = await stack().exchange.record('moments');
    expect(record.acceptedTwice).toEqual([]);
    for (const { total } of Object.values(record.highestOpen)) expect(total).toBeLessThanOrEqual(20);
  });
});

describe.concurrent('a reduce-only order', () => {
  test('is sized by the position and never goes beyond it', async () => {
    const dot = 'DOT/USDT';
    await stack().gateway.settled(batch('reduce', [market(dot)]));
    // 10,000 × 10 % × 10 ÷ 7.1 = 1408.45…
    await eventually(async () => expect(await position('reduce', dot)).toBe(1408.4));

    await stack().gateway.settled(
      batch('reduce', [
        market(dot, { side: 'sell', qty_per: 50, reduce_only: true }),
        limit(dot, '7.2', { side: 'sell', qty_per: 500, reduce_only: true }),
      ]),
    );
    const [, half, all] = await stack().orders.of('reduce');
    // What the MARKET order of the same alert takes away is not known yet when the LIMIT is sized.
    expect([half!.quantity, all!.quantity]).toEqual(['704.2', '1408.4']);
    await eventually(async () => expect(await position('reduce', dot)).toBe(704.2));
    for (const order of (await stack().exchange.record('reduce')).orders.slice(1)) {
      expect(order).toMatchObject({ side: 'SELL', reduceOnly: true });
    }

    await stack().exchange.setPrice('DOTUSDT', '7.2');
    await eventually(async () => {
      await stack().updateOpenOrders();
      expect(await position('reduce', dot)).toBe(0);
    }, 20_000);
    const open = await stack().exchange.control<{ positions: unknown[] }>('/open?account=paper-reduce');
    expect(open.positions).toEqual([]);
  });

  test('without a position, or on its side, fails alone', async () => {
    const body = await stack().gateway.settled(
      batch('flat', [
        market(symbol, { side: 'sell', reduce_only: true }),
        limit('ETH/USDT', 3_400),
        market(symbol, { qty_per: 10 }),
      ]),
    );
    const error = expect.stringMatching(/^limit_exceeded: .*no position/);
    expect(body.results).toEqual([failed(0, 'flat', error), executed(1, 'flat'), executed(2, 'flat')]);
    await eventually(async () => {
      const more = await stack().gateway.settled(batch('flat', [market(symbol, { reduce_only: true })]));
      expect(more.results).toEqual([failed(0, 'flat', expect.stringMatching(/does not reduce a position of 0\.1/))]);
    });
  });
});

async function openPrices(account: string): Promise<number[]> {
  const open = await stack().exchange.openOrders(account, 'BTCUSDT');
  return open.map(({ price }) => Number(price)).sort((a, b) => a - b);
}

/** What the strategy's orders on an account have bought less what they have sold, as the tables say. */
async function position(account: string, symbol: string): Promise<number> {
  const rows = await stack().orders.of(account, symbol);
  const sum = rows.reduce(
    (total, { side, executed: quantity }) => total + Number(quantity) * (side === 'buy' ? 1 : -1),
    0,
  );
  return Number(sum.toFixed(8));
}

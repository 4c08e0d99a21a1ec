import { describe, expect, test } from 'vitest';
import { batch, limit, limits, market, stopLimit, stopMarket } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { answer, executed, failed, rebalanced, summary } from './harness/expected-answer.ts';
import { useStack } from './harness/use-stack.ts';

// Each strategy has 10,000 USDT at leverage 10 on its account, and every order here is for 10 % of it unless it says so.

const stack = useStack({
  strategies: ['market', 'limit', 'stop-market', 'stop-limit', 'forms', 'sizes', 'small', 'dry', 'waits'],
});

describe.concurrent('an order reaches the exchange as what it is', () => {
  test('MARKET is executed at once', async () => {
    const body = await stack().gateway.settled(batch('market', [market('ETH/USDT', { side: 'sell' })]));

    expect(body).toEqual(
      answer('market', {
        results: [executed(0, 'market')],
        rebalanced: [rebalanced('ETH/USDT', { executed: 0, cancelled: 0 })],
        summary: summary({ total_orders: 1, immediate_orders: 1, executed_orders: 1, successful_orders: 1 }),
      }),
    );
    const [order] = (await stack().exchange.record('market')).orders;
    // 10,000 USDT ÷ 3,600 = 2.7777…
    expect(order).toMatchObject({
      type: 'MARKET',
      side: 'SELL',
      quantity: '2.777',
      status: 'FILLED',
      reduceOnly: false,
    });
    await eventually(async () => {
      expect(await stack().orders.of('market')).toMatchObject([{ status: 'filled', executed: '2.777' }]);
    });
  });

  test('LIMIT rests at its price and is filled when the market comes to it', async () => {
    await stack().gateway.settled(batch('limit', [limit('LTC/USDT', 103), limit('LTC/USDT', 106, { side: 'sell' })]));
    expect(await stack().exchange.openOrders('limit', 'LTCUSDT')).toMatchObject([
      { type: 'LIMIT', side: 'BUY', price: '103.00', origQty: '97.087', timeInForce: 'GTC', reduceOnly: false },
      { type: 'LIMIT', side: 'SELL', price: '106.00', origQty: '94.339', timeInForce: 'GTC', reduceOnly: false },
    ]);

    await stack().exchange.setPrice('LTCUSDT', '102.5');
    await eventually(async () => {
      await stack().updateOpenOrders();
      expect(await stack().orders.of('limit')).toMatchObject([
        { side: 'buy', status: 'filled', executed: '97.087' },
        { side: 'sell', status: 'open', executed: '0' },
      ]);
    }, 20_000);
  });

  test('STOP_MARKET waits at the exchange for its stop price, triggers and fills', async () => {
    await stack().gateway.settled(batch('stop-market', [stopMarket('BCH/USDT', 450)]));
    expect(await stack().exchange.openOrders('stop-market', 'BCHUSDT')).toEqual([]);
    expect(await stack().exchange.openAlgoOrders('stop-market', 'BCHUSDT')).toMatchObject([
      { orderType: 'STOP_MARKET', side: 'BUY', triggerPrice: '450.00', quantity: '22.222', algoStatus: 'NEW' },
    ]);

    await stack().exchange.setPrice('BCHUSDT', '450');
    await eventually(async () => {
      await stack().updateOpenOrders();
      expect(await stack().orders.of('stop-market')).toMatchObject([{ status: 'filled', executed: '22.222' }]);
    }, 20_000);
    const [filled] = (await stack().exchange.record('stop-market')).orders;
    const [row] = await stack().orders.of('stop-market');
    expect(row!.triggeredOrderId).toBe(String(filled!.orderId));
    expect(filled).toMatchObject({ status: 'FILLED', executedQty: '22.222' });
  });

  test('STOP_LIMIT becomes a LIMIT order when it triggers, and that is filled at its price', async () => {
    await stack().gateway.settled(batch('stop-limit', [stopLimit('LINK/USDT', '23.5', '23.2')]));
    expect(await stack().exchange.openAlgoOrders('stop-limit', 'LINKUSDT')).toMatchObject([
      { orderType: 'STOP', side: 'BUY', triggerPrice: '23.500', price: '23.200', quantity: '431.03' },
    ]);

    await stack().exchange.setPrice('LINKUSDT', '23.6');
    await eventually(async () => {
      await stack().updateOpenOrders();
      expect(await stack().orders.of('stop-limit')).toMatchObject([{ status: 'triggered', executed: '0' }]);
    }, 20_000);
    expect(await stack().exchange.openAlgoOrders('stop-limit', 'LINKUSDT')).toEqual([]);
    expect(await stack().exchange.openOrders('stop-limit', 'LINKUSDT')).toMatchObject([
      { type: 'LIMIT', price: '23.200' },
    ]);

    await stack().exchange.setPrice('LINKUSDT', '23.2');
    await eventually(async () => {
      await stack().updateOpenOrders();
      expect(await stack().orders.of('stop-limit')).toMatchObject([{ status: 'filled', executed: '431.03' }]);
    }, 20_000);
  });

  test('a symbol may be written as TradingView, Binance or ccxt write it', async () => {
    const forms = ['BTC/USDT', 'BTCUSDT', 'BTCUSDT.P', 'BINANCE:BTCUSDT.P', 'BTC/USDT:USDT'];
    const body = await stack().gateway.settled(
      batch(
        'forms',
        forms.map((form, place) => limit(form, 95_000 - place)),
      ),
    );
    expect(body.rebalanced).toEqual([rebalanced('BTC/USDT', { executed: 5, cancelled: 0 })]);
    expect(await stack().exchange.openOrders('forms', 'BTCUSDT')).toHaveLength(5);
  });
});

describe.concurrent('a quantity', () => {
  test('is capital × qty_per × leverage ÷ price, rounded down to the step of the market', async () => {
    const expected = [
      { order: limit('BTC/USDT', '95000'), quantity: '0.105' },
      { order: limit('BTC/USDT', '94999.97', { qty_per: 12.5 }), quantity: '0.131', price: '94999.9' },
      { order: limit('BTC/USDT', '96999.93', { side: 'sell' }), quantity: '0.103', price: '97000' },
      { order: limit('SOL/USDT', 170.5, { qty_per: '0.7' }), quantity: '4.1' },
      { order: limit('DOGE/USDT', '0.35'), quantity: '28571' },
      { order: stopMarket('ETH/USDT', 3_700), quantity: '2.702' },
      { order: stopLimit('ETH/USDT', 3_700, 3_710), quantity: '2.695' },
      { order: market('XRP/USDT'), quantity: '4166.6' },
    ];

    await stack().gateway.settled(
      batch(
        'sizes',
        expected.map(({ order }) => order),
      ),
    );

    const rows = await stack().orders.of('sizes');
    expect(rows.map(({ quantity }) => quantity)).toEqual(expected.map(({ quantity }) => quantity));
    for (const [place, { price }] of expected.entries()) if (price) expect(rows[place]!.price).toBe(price);
    const plain = (await stack().exchange.record('sizes')).orders.map(({ quantity }) => quantity);
    const stops = (await stack().exchange.openAlgoOrders('sizes')).map(({ quantity }) => quantity);
    expect([...plain, ...stops].map(Number).sort()).toEqual(expected.map(({ quantity }) => Number(quantity)).sort());
  });

  test('that rounds to nothing or is worth too little fails alone, with the numbers', async () => {
    const body = await stack().gateway.settled(
      batch('small', [
        limit('BTC/USDT', 95_000, { qty_per: '0.05' }),
        limit('BTC/USDT', 95_000),
        limit('BTC/USDT', 95_000, { qty_per: '0.1' }),
      ]),
    );
    const zero = expect.stringMatching(/^limit_exceeded: .*10000 × 0\.05 % × 10 ÷ 95000 .*rounds down to 0.*0\.001/);
    const little = expect.stringMatching(/^limit_exceeded: .*0\.001.*worth 95, below the minimum notional 100/);
    expect(body.results).toEqual([failed(0, 'small', zero), executed(1, 'small'), failed(2, 'small', little)]);
    expect(body.summary).toMatchObject({
      successful_orders: 1,
      failed_orders: 2,
      queued_orders: 3,
      executed_from_queue: 1,
    });
    expect(await stack().orders.counts('small')).toEqual({ open: 1 });
    expect(await stack().orders.messages('small')).toMatchObject([
      { kind: 'order_failed', failureType: 'limit_exceeded', orderId: null },
      { kind: 'order_failed', failureType: 'limit_exceeded', orderId: null },
    ]);
  });

  test('is kept by an order that waits, whatever becomes of the capital', async () => {
    await stack().gateway.settled(limits('waits', 'BTC/USDT', Array(21).fill(95_000)));
    await stack().reconfigure(({ strategies }) => {
      strategies.waits!.accounts.waits!.capital = 5_000;
    });
    const [first] = await stack().exchange.openOrders('waits', 'BTCUSDT');
    await stack().gateway.settled(batch('waits', [{ order_type: 'CANCEL', order_id: String(first!.orderId) }]));
    await eventually(async () => {
      const open = await stack().exchange.openOrders('waits', 'BTCUSDT');
      expect(open.map(({ origQty }) => origQty)).toEqual(Array(20).fill('0.105'));
    });
  });
});

describe.concurrent('a dry run', () => {
  test('answers sizes and ranks as they would be, and stores nothing', async () => {
    await stack().gateway.settled(limits('dry', 'BTC/USDT', [95_000, 94_000]));
    const before = await everythingOf('dry');
    const orders = [
      limit('BTC/USDT', 94_500),
      limit('BTC/USDT', 95_500),
      market('BTC/USDT'),
      limit('BTC/USDT', 94_000, { qty_per: '0.01' }),
    ];

    const { status, body } = await stack().gateway.dryRun(batch('dry', orders));

    expect(status).toBe(200);
    expect(body).toMatchObject({ action: 'dry_run', strategy: 'dry', success: true });
    const row = { account_id: expect.any(Number), account_name: 'dry', order: expect.any(Object) };
    expect(body.orders).toEqual([
      { order_index: 0, ...row, quantity: '0.105', rank: 3, would: 'send' },
      { order_index: 1, ...row, quantity: '0.104', rank: 1, would: 'send' },
      { order_index: 2, ...row, quantity: '0.104', rank: null, would: 'send' },
      {
        order_index: 3,
        ...row,
        quantity: null,
        rank: null,
        would: 'refuse',
        error: expect.stringMatching(/rounds down to 0/),
      },
    ]);
    expect(await everythingOf('dry')).toEqual(before);
    expect((await stack().exchange.record('dry')).calls.place).toMatchObject({ received: 2 });
  });
});

/** What a strategy has in the tables. */
async function everythingOf(strategy: string) {
  const [row] = await stack().sql`
    select (select count(*) from gateway.receipt where strategy = ${strategy})::int as receipts,
      (select count(*) from orders.entry where strategy = ${strategy})::int as orders,
      (select count(*) from orders.denied_order d join gateway.receipt r on r.id = d.alert_id
        where r.strategy = ${strategy})::int as denied,
      (select max(arrival) from gateway.receipt where strategy = ${strategy})::int as arrival,
      (select count(*) from orders.dry_run_reply)::int as replies,
      (select count(*) from pgboss.job where name = 'notify' and data ->> 'strategy' = ${strategy})::int as messages`;
  return row;
}

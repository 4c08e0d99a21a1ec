import { describe, expect, test } from 'vitest';
import { batch, ladder, limits, stopMarket } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { keyOf } from './harness/test-configuration.ts';
import { useStack } from './harness/use-stack.ts';

// 20 open orders per symbol, 5 of them conditional. A buy at a higher price ranks before one at a lower.

const symbol = 'BTC/USDT';
const stack = useStack({
  strategies: [
    'three',
    'answer-lost',
    'cancel-lost',
    'still-better',
    'gives-back',
    'overtaken',
    'partly',
    'stops',
    'stop-demoted',
    'account-wide',
    'race',
  ],
});

describe.concurrent('a better order takes the place of a worse one', () => {
  test('three better orders take the places of the three worst, and the limit holds at every moment', async () => {
    await full('three');
    const { summary, rebalanced } = await stack().gateway.settled(limits('three', symbol, [95_900, 95_800, 95_700]));
    expect(summary.exchange_submitted).toBe(3);
    expect(rebalanced).toMatchObject([{ executed: 3, cancelled: 3 }]);
    expect(await openPrices('three')).toEqual([...ladder(93_300, 17, 100), 95_700, 95_800, 95_900]);
    expect((await stack().exchange.record('three')).highestOpen.BTCUSDT!.total).toBe(20);
  });

  test('when the answer to the cancel is lost, the better order is sent only after the look-up', async () => {
    await full('answer-lost');
    await stack().exchange.silence('answer-lost');
    await stack().exchange.fault('answer-lost', { match: { call: 'cancel' }, do: 'drop-after' });
    const blind = { match: { call: 'lookup' }, do: 'status', status: 503, times: 'always' };
    const see = await stack().exchange.fault('answer-lost', blind);

    const body = await stack().gateway.settled(limits('answer-lost', symbol, [95_500]));
    expect(body.results).toMatchObject([{ success: true, queued: true }]);

    // The cancel has taken effect and there is room on the exchange, but nobody has proof of it.
    await eventually(async () => expect((await calls('answer-lost')).lookup!.received).toBeGreaterThanOrEqual(2));
    expect(await stack().exchange.openOrders('answer-lost', 'BTCUSDT')).toHaveLength(19);
    expect((await calls('answer-lost')).place!.received).toBe(20);
    expect(await stack().orders.counts('answer-lost')).toEqual({ open: 19, unresolved_cancel: 1, pending: 1 });

    await see();
    await eventually(async () => {
      expect(await stack().orders.counts('answer-lost')).toEqual({ open: 20, pending: 1 });
    }, 15_000);
    expect(await openPrices('answer-lost')).toEqual([...ladder(93_100, 19, 100), 95_500]);
    expect((await stack().exchange.record('answer-lost')).highestOpen.BTCUSDT!.total).toBe(20);
  });

  test('when the cancel itself is lost, it is sent again and the 21st order waits for it', async () => {
    await full('cancel-lost');
    await stack().exchange.fault('cancel-lost', { match: { call: 'cancel' }, do: 'drop-before' });

    await stack().gateway.settled(limits('cancel-lost', symbol, [95_500]));

    await eventually(async () => {
      expect(await openPrices('cancel-lost')).toEqual([...ladder(93_100, 19, 100), 95_500]);
    }, 15_000);
    const record = await stack().exchange.record('cancel-lost');
    expect(record.highestOpen.BTCUSDT!.total).toBe(20);
    expect(record.calls.place!.refused).toEqual({});
  });

  test('a still better order that arrives during the cancel gets the slot it frees', async () => {
    await full('still-better');
    await stack().exchange.fault('still-better', { match: { call: 'cancel' }, do: 'delay', ms: 700 });
    const better = stack().gateway.settled(limits('still-better', symbol, [95_500]));
    await eventually(async () => expect(await stack().orders.counts('still-better')).toHaveProperty('cancelling', 1));
    // The second slot takes longer than the first, so that both orders wait for the first.
    await stack().exchange.fault('still-better', { match: { call: 'cancel' }, do: 'delay', ms: 1_500 });
    const best = stack().gateway.settled(limits('still-better', symbol, [95_900]));
    expect((await best).results).toMatchObject([{ executed: true }]);
    expect((await better).summary.failed_orders).toBe(0);

    await eventually(async () => {
      expect(await openPrices('still-better')).toEqual([...ladder(93_200, 18, 100), 95_500, 95_900]);
    });
    const { orders, highestOpen } = await stack().exchange.record('still-better');
    expect(orders.slice(20).map(({ price }) => Number(price))).toEqual([95_900, 95_500]);
    expect(highestOpen.BTCUSDT!.total).toBe(20);
  });

  test('a promoted order that is refused gives the slot back in the same second', async () => {
    await full('gives-back');
    const refusal = { match: { call: 'place' }, do: 'refuse', code: -2019, msg: 'Margin is insufficient.' };
    await stack().exchange.fault('gives-back', refusal);

    const body = await stack().gateway.settled(limits('gives-back', symbol, [95_500]));

    expect(body.results).toMatchObject([{ success: false }]);
    expect(await openPrices('gives-back')).toEqual(ladder(93_000, 20, 100));
    const rows = await stack().orders.of('gives-back');
    const refused = rows.find(({ status }) => status === 'failed')!;
    const back = rows.find(({ attempts }) => attempts === 2)!;
    expect(back.price).toBe('93000');
    const [between] = await stack().sql<{ ms: number }[]>`
      select extract(epoch from (select max(at) from orders.event where order_id = ${back.id} and kind = 'sent')
        - (select at from orders.event where order_id = ${refused.id} and kind = 'failed'))::float * 1000 as ms`;
    expect(between!.ms).toBeLessThan(1_000);
  });

  test('a fill that overtakes the cancel counts: the demoted order waits with what is left of it', async () => {
    await full('overtaken');
    await stack().exchange.silence('overtaken');
    const worst = (await stack().orders.of('overtaken')).find(({ price }) => price === '93000')!;
    await stack().exchange.control('/fills', {
      account: keyOf('overtaken'),
      clientOrderId: worst.clientId!,
      quantity: '0.04',
    });

    await stack().gateway.settled(limits('overtaken', symbol, [95_500]));
    await eventually(async () => {
      const rows = await stack().orders.of('overtaken');
      expect(rows.find(({ id }) => id === worst.id)).toMatchObject({ status: 'pending', executed: '0.04' });
    });

    // Room again: exactly the rest is sent, under another client id.
    const [best] = (await stack().orders.of('overtaken')).filter(({ price }) => price === '95500');
    await stack().gateway.settled(batch('overtaken', [{ order_type: 'CANCEL', order_id: String(best!.id) }]));
    await eventually(async () => expect(await openPrices('overtaken')).toEqual(ladder(93_000, 20, 100)));
    const sent = await stack().exchange.openOrders('overtaken', 'BTCUSDT');
    const again = sent.find(({ price }) => Number(price) === 93_000)!;
    expect(Number(again.origQty)).toBeCloseTo(Number(worst.quantity) - 0.04, 9);
    expect(again.clientOrderId).not.toBe(worst.clientId);
  });

  test('a partly filled order keeps its place, and the worst without a fill goes', async () => {
    await full('partly');
    const worst = (await stack().orders.of('partly')).find(({ price }) => price === '93000')!;
    await stack().exchange.control('/fills', {
      account: keyOf('partly'),
      clientOrderId: worst.clientId!,
      quantity: '0.04',
    });
    await eventually(async () => {
      await stack().updateOpenOrders();
      const rows = await stack().orders.of('partly');
      expect(rows.find(({ id }) => id === worst.id)).toMatchObject({ status: 'open', executed: '0.04' });
    }, 15_000);

    await stack().gateway.settled(limits('partly', symbol, [95_500]));
    expect(await openPrices('partly')).toEqual([93_000, ...ladder(93_200, 18, 100), 95_500]);
  });
});

describe.concurrent('stop orders', () => {
  test('a stop beyond the number of its kind waits, with a warning and one message', async () => {
    const stops = [...ladder(97_000, 6, 100)].map((stopPrice) => stopMarket(symbol, stopPrice));

    const body = await stack().gateway.settled(batch('stops', stops));

    expect(body.summary).toMatchObject({ executed_from_queue: 5, remaining_in_queue: 1 });
    expect(await stack().exchange.openAlgoOrders('stops', 'BTCUSDT')).toHaveLength(5);
    const waits = (await stack().orders.of('stops')).find(({ status }) => status === 'pending')!;
    // A buy stop ranks by its distance above the market: the farthest waits.
    expect(waits.orderIndex).toBe(5);
    expect(await stack().orders.messages('stops')).toMatchObject([{ kind: 'stop_waits', orderId: waits.id }]);
    const warning = stack().orderQueues[0]!.log.filter(
      (line) => /WARNING: stop waits/.test(line) && line.includes('account=stops'),
    );
    expect(warning).toHaveLength(1);

    // Planned again, it still waits and is not announced again.
    await stack().gateway.settled(limits('stops', symbol, [95_000]));
    expect(await stack().orders.messages('stops')).toHaveLength(1);
  });

  test('a stop that a LIMIT pushes off the exchange waits with a message and comes back when there is room', async () => {
    await stack().gateway.settled(
      batch('stop-demoted', [stopMarket(symbol, 97_000), ...limitOrders(ladder(95_000, 19, -100))]),
    );
    const { rebalanced } = await stack().gateway.settled(limits('stop-demoted', symbol, [90_000]));
    expect(rebalanced).toMatchObject([{ executed: 1, cancelled: 1 }]);
    expect(await stack().exchange.openAlgoOrders('stop-demoted', 'BTCUSDT')).toEqual([]);
    expect(await stack().orders.messages('stop-demoted')).toMatchObject([{ kind: 'stop_waits' }]);

    const last = (await stack().orders.of('stop-demoted')).at(-1)!;
    await stack().gateway.settled(batch('stop-demoted', [{ order_type: 'CANCEL', order_id: String(last.id) }]));
    await eventually(async () => {
      expect(await stack().exchange.openAlgoOrders('stop-demoted', 'BTCUSDT')).toHaveLength(1);
    });
  });

  test('of two stops that race for the last slot of the account the better one has it in the end', async () => {
    await stack().exchange.control('/caps', { account: keyOf('race'), conditional: 1 });
    // The worse one is on the wire first: the exchange takes it and refuses the better one.
    const better = batch('race', [stopMarket(symbol, 97_000), stopMarket(symbol, 97_500)]);
    await stack().exchange.fault('race', { match: { call: 'place', type: 'STOP_MARKET' }, do: 'delay', ms: 300 });
    await stack().gateway.settled(better);
    await eventually(async () => {
      const open = await stack().exchange.openAlgoOrders('race', 'BTCUSDT');
      expect(open.map(({ triggerPrice }) => Number(triggerPrice))).toEqual([97_000]);
    }, 5_000);
    expect(await stack().orders.counts('race')).toEqual({ open: 1, pending: 1 });
    expect((await stack().exchange.record('race')).highestConditional).toBe(1);
  });

  test("the account's own number of stops holds over its symbols, first come first served", async () => {
    await stack().exchange.control('/caps', { account: keyOf('account-wide'), conditional: 3 });
    const btc = batch('account-wide', [stopMarket(symbol, 97_000), stopMarket(symbol, 97_100)]);
    expect((await stack().gateway.settled(btc)).summary.executed_from_queue).toBe(2);

    await stack().gateway.settled(batch('account-wide', [stopMarket('ETH/USDT', 3_700)]));
    const { summary } = await stack().gateway.settled(batch('account-wide', [stopMarket('ETH/USDT', 3_710)]));
    expect(summary).toMatchObject({ executed_from_queue: 0, remaining_in_queue: 1, failed_orders: 0 });
    const live = async (name: string) => (await stack().exchange.openAlgoOrders('account-wide', name)).length;
    expect([await live('BTCUSDT'), await live('ETHUSDT')]).toEqual([2, 1]);

    // A slot freed in one symbol goes to the order that waits in the other.
    const [first] = await stack().orders.of('account-wide', symbol);
    await stack().gateway.settled(batch('account-wide', [{ order_type: 'CANCEL', order_id: String(first!.id) }]));
    await eventually(async () => expect([await live('BTCUSDT'), await live('ETHUSDT')]).toEqual([1, 2]), 5_000);
    expect((await stack().exchange.record('account-wide')).highestConditional).toBe(3);
  });
});

/** 20 open LIMIT buys from 93,000 to 94,900. */
async function full(strategy: string): Promise<void> {
  const { summary } = await stack().gateway.settled(limits(strategy, symbol, ladder(94_900, 20, -100)));
  expect(summary.exchange_submitted).toBe(20);
}

function limitOrders(prices: number[]) {
  return limits('', symbol, prices).orders as Record<string, unknown>[];
}

async function openPrices(account: string): Promise<number[]> {
  const open = await stack().exchange.openOrders(account, 'BTCUSDT');
  return open.map(({ price }) => Number(price)).sort((a, b) => a - b);
}

async function calls(account: string) {
  return (await stack().exchange.record(account)).calls;
}

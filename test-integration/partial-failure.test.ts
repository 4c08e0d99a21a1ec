import { describe, expect, test } from 'vitest';
import { batch, ladder, limits, market } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { answer, executed, failed, rebalanced, retrying, summary, waiting } from './harness/expected-answer.ts';
import { keyOf } from './harness/test-configuration.ts';
import { useStack } from './harness/use-stack.ts';

const symbol = 'BTC/USDT';
const stack = useStack({
  strategies: ['margin', 'rate', 'sixth', 'foreign', 'hurried', 'lost'],
  configure({ accounts }) {
    accounts.margin!.max_open_orders = 40;
  },
});

describe.concurrent('an order succeeds or fails alone', () => {
  test('of 30 orders the exchange refuses 5 for want of margin: 25 stand, 5 are final and announced once each', async () => {
    const place = { call: 'place' };
    await stack().exchange.fault('margin', {
      match: place,
      do: 'refuse',
      code: -2019,
      msg: 'Margin is insufficient.',
      times: 5,
    });

    const body = await stack().gateway.settled(limits('margin', symbol, ladder(95_000, 30, -10)));

    const rows = await stack().orders.of('margin');
    const refused = rows.filter(({ status }) => status === 'failed');
    const isRefused = (index: number) => refused.some(({ orderIndex }) => orderIndex === index);
    const error = 'insufficient_balance: Margin is insufficient.';
    expect(body).toEqual(
      answer('margin', {
        results: ladder(0, 30, 1).map((index) =>
          isRefused(index) ? failed(index, 'margin', error) : executed(index, 'margin'),
        ),
        rebalanced: [rebalanced(symbol, { executed: 25, cancelled: 0, failed: 5 })],
        summary: summary({
          total_orders: 30,
          queued_orders: 30,
          executed_orders: 25,
          executed_from_queue: 25,
          successful_orders: 25,
          failed_orders: 5,
          exchange_submitted: 25,
        }),
      }),
    );
    expect(await stack().orders.counts('margin')).toEqual({ open: 25, failed: 5 });
    for (const order of refused) {
      expect(order).toMatchObject({ failureType: 'insufficient_balance', failureCode: '-2019', announced: true });
    }
    expect(await stack().exchange.openOrders('margin', 'BTCUSDT')).toHaveLength(25);

    // The plans of a further alert neither send the failed ones again nor announce them again.
    await stack().gateway.settled(limits('margin', symbol, [94_000]));
    const messages = await stack().orders.messages('margin');
    expect(messages.map(({ kind }) => kind)).toEqual(Array(5).fill('order_failed'));
    expect(messages).toEqual(
      expect.arrayContaining(
        refused.map(({ id }) =>
          expect.objectContaining({
            orderId: id,
            failureType: 'insufficient_balance',
            detail: 'Margin is insufficient.',
          }),
        ),
      ),
    );
    expect((await stack().exchange.record('margin')).calls.place).toMatchObject({ received: 31, accepted: 26 });
  });

  test('the sixth failure of an order is final and announced once', async () => {
    const fault = { match: { call: 'place' }, do: 'refuse', code: -1015, msg: 'Too many new orders.', times: 'always' };
    await stack().exchange.fault('sixth', fault);

    const body = await stack().gateway.settled(limits('sixth', symbol, [95_000]));
    expect(body.results).toEqual([retrying(0, 'sixth', 'rate_limit')]);

    for (let failures = 1; failures <= 5; failures++) {
      await eventually(async () => {
        expect(await stack().orders.of('sixth')).toMatchObject([{ status: 'pending', retries: failures }]);
      });
      expect(await stack().orders.messages('sixth')).toEqual([]);
      await makeRetriesDue('sixth');
    }
    await eventually(async () => {
      expect(await stack().orders.of('sixth')).toMatchObject([{ status: 'failed', failureType: 'rate_limit' }]);
    });
    expect(await stack().orders.messages('sixth')).toMatchObject([{ kind: 'order_failed', failureType: 'rate_limit' }]);
    expect((await stack().exchange.record('sixth')).calls.place).toEqual({
      received: 6,
      accepted: 0,
      refused: { '-1015': 6 },
    });
  });

  test('orders refused because somebody else fills the account wait without a failure, and are sent when there is room', async () => {
    await stack().exchange.control('/caps', { account: keyOf('foreign'), symbol: 'BTCUSDT', open: 20 });
    await stack().exchange.placeForeign('foreign', 'BTCUSDT', 20, '90000', '0.01');

    const body = await stack().gateway.settled(limits('foreign', symbol, ladder(95_000, 5, -10)));

    expect(body.results).toEqual(ladder(0, 5, 1).map((index) => waiting(index, 'foreign')));
    expect(await stack().orders.counts('foreign')).toEqual({ pending: 5 });

    const foreign = await stack().exchange.openOrders('foreign', 'BTCUSDT');
    for (const { orderId } of foreign.slice(0, 3)) await stack().exchange.cancel('foreign', 'BTCUSDT', String(orderId));
    await stack().updateOpenOrders();
    await eventually(async () => expect(await stack().orders.counts('foreign')).toEqual({ open: 3, pending: 2 }));

    for (const { orderId } of foreign.slice(3)) await stack().exchange.cancel('foreign', 'BTCUSDT', String(orderId));
    await stack().updateOpenOrders();
    await eventually(async () => expect(await stack().orders.counts('foreign')).toEqual({ open: 5 }));
    for (const order of await stack().orders.of('foreign'))
      expect(order).toMatchObject({ failureType: null, retries: 0 });
    expect(await stack().orders.messages('foreign')).toEqual([]);
  });

  test('a MARKET order is tried again for ten seconds at most, then it is final', async () => {
    const fault = { match: { call: 'place' }, do: 'refuse', code: -1015, msg: 'Too many new orders.', times: 'always' };
    await stack().exchange.fault('hurried', fault);
    const begun = performance.now();

    const body = await stack().gateway.settled(batch('hurried', [market(symbol)]));
    expect(body.results).toEqual([retrying(0, 'hurried', 'rate_limit')]);

    await eventually(async () => {
      expect(await stack().orders.of('hurried')).toMatchObject([{ status: 'failed', failureType: 'rate_limit' }]);
    }, 15_000);
    expect(performance.now() - begun).toBeLessThan(12_000);
    expect(await stack().orders.messages('hurried')).toMatchObject([
      { kind: 'order_failed', failureType: 'rate_limit' },
    ]);
  });

  test('an order whose answer is lost is unresolved, keeps its slot, and is found on the exchange', async () => {
    await stack().exchange.fault('lost', { match: { call: 'place' }, do: 'drop-after' });
    // Looked up only after the answer to the sender is on its way.
    const found = await stack().exchange.fault('lost', { match: { call: 'lookup' }, do: 'status', times: 'always' });

    const body = await stack().gateway.settled(limits('lost', symbol, [95_000]));
    expect(body.results).toMatchObject([{ success: true, queued: true, unresolved: true }]);
    expect(await stack().orders.counts('lost')).toEqual({ unresolved_place: 1 });

    await found();
    await eventually(async () => expect(await stack().orders.counts('lost')).toEqual({ open: 1 }), 15_000);
    expect((await stack().exchange.record('lost')).calls.place).toMatchObject({ accepted: 1 });
  });
});

// Apart from the others: a refusal for the rate stops everything that leaves from the same address.
describe('the exchange has had too many requests', () => {
  test('orders that meet a rate limit wait, are tried again when the exchange asks to, and are sent', async () => {
    // The first order alone sets leverage and margin mode, so that the limit hits one request of five.
    await stack().gateway.settled(limits('rate', symbol, [95_000]));
    await stack().exchange.fault('rate', { match: { call: 'place' }, do: 'rate-limit-429', retryAfter: 2 });

    const body = await stack().gateway.settled(limits('rate', symbol, ladder(94_000, 10, -10)));
    const refusedAtExchange = Date.now();
    await stack().gateway.alert(limits('margin', symbol, [93_000]));

    const retried = body.results.filter(({ retry_scheduled }) => retry_scheduled);
    expect(retried).toHaveLength(5);
    for (const result of retried) expect(result).toEqual(retrying(result.order_index, 'rate', 'rate_limit'));
    expect(body.summary).toMatchObject({ executed_from_queue: 5, remaining_in_queue: 5, failed_orders: 0 });
    await eventually(async () => expect(await stack().orders.counts('rate')).toEqual({ open: 11 }));
    expect(await stack().exchange.openOrders('rate', 'BTCUSDT')).toHaveLength(11);
    expect(await stack().orders.messages('rate')).toEqual([]);
    const told = await stack().sql<
      { data: object }[]
    >`select data from pgboss.job where data ->> 'kind' = 'rate_limited'`;
    expect(told.map(({ data }) => data)).toMatchObject([{ key: 'rate:weight binance-usdm default', banned: false }]);
    // An order of another account was kept back as well, and not refused.
    await eventually(async () => {
      const elsewhere = (await stack().exchange.record('margin')).orders.find(({ price }) => price === '93000');
      expect((elsewhere?.time ?? 0) - refusedAtExchange).toBeGreaterThan(1_500);
    });
  });
});

/** The exchange's patience is not what these tests are about: what waits for its next try is due now. */
async function makeRetriesDue(account: string): Promise<void> {
  await stack().sql`
    with due as (
      update orders.entry set retry_at = clock_timestamp()
      where account = ${account} and status = 'pending' and retry_at is not null returning account, symbol)
    insert into orders.rebalance_due (account, symbol, due_at) select distinct account, symbol, clock_timestamp() from due
    on conflict (account, symbol) do update set due_at = excluded.due_at, version = rebalance_due.version + 1`;
}

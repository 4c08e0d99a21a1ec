import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batch, ladder, limits, stopLimit } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { holdJob } from './harness/hold-job.ts';
import { keyOf } from './harness/test-configuration.ts';
import { useStack } from './harness/use-stack.ts';

// 20 open orders per symbol. The tick and the poll are held for the whole file: what happens is heard on the stream.

const symbol = 'BTC/USDT';
const held = ['queue_rebalancer', 'update_open_orders'];
let heldSince: Date;
const stack = useStack({ strategies: ['freed', 'twice', 'cut', 'no-answer', 'stop', 'foreign', 'expired'] });

beforeAll(async () => {
  await eventually(async () => {
    const rows = await stack().sql`select from orders.account_stream where state = 'connected'`;
    expect(rows).toHaveLength(7);
  });
  for (const job of held) await holdJob(stack().sql, job);
  const [row] = await stack().sql<{ at: Date }[]>`select clock_timestamp() as at`;
  heldSince = row!.at;
});

afterAll(async () => {
  const ran = await stack().sql`
    select job_id from runtime.job_state where job_id = any(${held}::text[]) and last_started_at > ${heldSince}`;
  expect(ran, 'jobs that ran although they were held').toEqual([]);
});

describe.concurrent('what the user stream tells', () => {
  test('a fill frees its slot at once, and the best waiting order has it', async () => {
    await stack().gateway.settled(limits('freed', symbol, ladder(95_000, 21, -10)));
    expect(await stack().orders.counts('freed')).toEqual({ open: 20, pending: 1 });
    await fill('freed', 0);
    await eventually(async () => expect(await stack().orders.counts('freed')).toEqual({ open: 20, filled: 1 }));
    expect((await stack().exchange.openOrders('freed', 'BTCUSDT')).map(({ price }) => Number(price))).toContain(94_800);
    expect((await stack().exchange.record('freed')).highestOpen.BTCUSDT!.total).toBe(20);
  });

  test('executions told twice and backwards count once each', async () => {
    await stack().gateway.settled(limits('twice', symbol, [95_000]));
    await steer('twice', { do: 'duplicate', times: 2, events: ['ORDER_TRADE_UPDATE'], ms: 30 });
    await steer('twice', { do: 'reorder', times: 2, events: ['ORDER_TRADE_UPDATE'] });
    const [order] = await stack().orders.of('twice');
    for (const _ of [1, 2, 3]) await fill('twice', 0, '0.03');
    await fill('twice', 0);
    await eventually(async () => expect(await stack().orders.counts('twice')).toEqual({ filled: 1 }));
    await eventually(async () => expect(await fills('twice')).toMatchObject({ count: 4, quantity: order!.quantity }));
    const [net] = await stack().sql`
      select trim_scale(quantity)::text as quantity from orders.position_state where account = 'twice'`;
    expect(net).toEqual({ quantity: order!.quantity });
  });

  test('what happened while it was cut is found as soon as it is connected again', async () => {
    await stack().gateway.settled(limits('cut', symbol, ladder(95_000, 21, -10)));
    await settled('cut');
    await steer('cut', { do: 'cut', ms: 400 });
    await fill('cut', 0);
    await eventually(async () => expect(await stack().orders.counts('cut')).toEqual({ open: 20, filled: 1 }));
    const [stream] = await stack().sql`select reconnects from orders.account_stream where account = 'cut'`;
    expect(stream).toBeDefined();
  });

  test('a fill settles a placement whose answer was lost, although every look-up fails', async () => {
    await stack().exchange.fault('no-answer', { match: { call: 'place' }, do: 'drop-after' });
    const blind = { match: { call: 'lookup' }, do: 'status', status: 503, times: 'always' };
    await stack().exchange.fault('no-answer', blind);
    await stack().gateway.settled(limits('no-answer', symbol, [95_000]));
    expect(await stack().orders.counts('no-answer')).toEqual({ unresolved_place: 1 });
    await fill('no-answer', 0);
    await eventually(async () => expect(await stack().orders.counts('no-answer')).toEqual({ filled: 1 }));
    expect(await fills('no-answer')).toMatchObject({ count: 1 });
  });

  test('a stop is followed through its trigger to the fills of the order it became', async () => {
    await stack().gateway.settled(batch('stop', [stopLimit('ETH/USDT', 3_900, 3_901)]));
    await stack().exchange.setPrice('ETH/USDT', '3900.5');
    await eventually(async () => {
      const [order] = await stack().orders.of('stop');
      expect(order).toMatchObject({ status: 'filled' });
      expect(await fills('stop')).toMatchObject({ quantity: order!.quantity });
    });
  });

  test("somebody else's order is counted as soon as it stands", async () => {
    await stack().gateway.settled(limits('foreign', symbol, [95_000]));
    await stack().exchange.placeForeign('foreign', symbol, 3, '80000', '0.01');
    await eventually(async () => {
      const [count] = await stack().sql`select open from orders.foreign_count where account = 'foreign'`;
      expect(count).toEqual({ open: 3 });
    });
  });

  test('a listen key that expires is replaced', async () => {
    await stack().gateway.settled(limits('expired', symbol, [95_000]));
    await steer('expired', { do: 'expire' });
    await eventually(async () => {
      const [stream] = await stack()
        .sql`select reconnects::int as reconnects, state from orders.account_stream where account = 'expired'`;
      expect(stream).toEqual({ reconnects: 1, state: 'connected' });
    });
    await fill('expired', 0);
    await eventually(async () => expect(await stack().orders.counts('expired')).toEqual({ filled: 1 }));
  });
});

async function fill(account: string, place: number, quantity?: string): Promise<void> {
  const order = (await stack().orders.of(account))[place]!;
  const body = {
    account: keyOf(account),
    clientOrderId: order.clientId,
    ...(quantity === undefined ? {} : { quantity }),
  };
  await stack().exchange.control('/fills', body);
}

async function steer(account: string, body: object): Promise<void> {
  await stack().exchange.control('/streams', { account: keyOf(account), ...body });
}

async function fills(account: string) {
  const [row] = await stack().sql`
    select count(*)::int as count, trim_scale(sum(quantity))::text as quantity from orders.fill where account = ${account}`;
  return row;
}

/** What changed in the last seconds is left alone by a poll. */
async function settled(account: string): Promise<void> {
  await stack().sql`update orders.entry set updated_at = now() - interval '1 minute' where account = ${account}`;
}

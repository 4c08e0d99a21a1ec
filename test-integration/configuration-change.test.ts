import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { batch, cancel, ladder, limits } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { keyOf } from './harness/test-configuration.ts';
import { useStack } from './harness/use-stack.ts';

// The configuration is applied anew while everything runs; no service is started again.

const symbol = 'BTC/USDT';
const secrets = mkdtempSync(join(tmpdir(), 'sluice-secrets-'));
writeFileSync(join(secrets, 'mistyped'), 'paper-no-such-key\n');
// Written when its account is as the test wants it: a connection is opened as soon as there is a key.
const hedgedKey = join(secrets, 'hedged');
writeFileSync(join(secrets, 'right'), `${keyOf('mistyped')}\n`);
afterAll(() => rmSync(secrets, { recursive: true }));

const stack = useStack({
  strategies: ['lowered', 'raised', 'removed', 'resting', 'mistyped', 'hedged', 'switched'],
  configure({ accounts }) {
    accounts.mistyped!.api_key = { file: 'mistyped' };
    accounts.hedged!.api_key = { file: 'hedged' };
  },
  orderQueue: () => ({ SECRETS_DIR: secrets }),
});

describe.concurrent('a change of the configuration', () => {
  test('that lowers the limit takes the worst orders off the exchange, and they wait', async () => {
    await stack().gateway.settled(limits('lowered', symbol, ladder(95_000, 20, -100)));
    await stack().reconfigure(({ accounts }) => {
      accounts.lowered!.max_open_orders = 12;
    });
    await eventually(async () => expect(await stack().orders.counts('lowered')).toEqual({ open: 12, pending: 8 }));
    expect(await openPrices('lowered')).toEqual(ladder(93_900, 12, 100));
  });

  test('that raises the limit sends what waits', async () => {
    await stack().gateway.settled(limits('raised', symbol, ladder(95_000, 30, -100)));
    await stack().reconfigure(({ accounts }) => {
      accounts.raised!.max_open_orders = 25;
    });
    await eventually(async () => expect(await stack().orders.counts('raised')).toEqual({ open: 25, pending: 5 }));
    expect(await openPrices('raised')).toEqual(ladder(92_600, 25, 100));
  });

  test('that takes a strategy out ends its waiting orders and follows its open ones to their end', async () => {
    await stack().gateway.settled(limits('removed', symbol, ladder(95_000, 25, -100)));
    await stack().reconfigure(({ strategies }) => {
      delete strategies.removed;
    });

    await eventually(async () => {
      expect(await stack().orders.counts('removed')).toEqual({ open: 20, cancelled: 5 });
    });
    expect(await stack().exchange.openOrders('removed', 'BTCUSDT')).toHaveLength(20);
    expect((await stack().gateway.alert(limits('removed', symbol, [90_000]))).status).toBe(401);

    const [best] = await stack().orders.of('removed');
    await stack().exchange.control('/fills', { account: keyOf('removed'), clientOrderId: best!.clientId! });
    await eventually(async () => {
      await stack().updateOpenOrders();
      expect(await stack().orders.counts('removed')).toEqual({ filled: 1, open: 19, cancelled: 5 });
    }, 20_000);
  });

  test('that makes a strategy inactive keeps its orders waiting, and one that makes it active sends them', async () => {
    await stack().gateway.settled(limits('resting', symbol, ladder(95_000, 21, -100)));
    await stack().reconfigure(({ strategies }) => {
      strategies.resting!.active = false;
    });
    const refused = await eventually(async () => {
      const { status, body } = await stack().gateway.alert(limits('resting', symbol, [90_000]));
      expect([status, body.success]).toEqual([200, false]);
      return body;
    });
    expect(refused.error).toMatch(/^inactive: /);

    // A slot is freed, and nothing takes it.
    const [best] = await stack().orders.of('resting');
    await stack().exchange.control('/fills', { account: keyOf('resting'), clientOrderId: best!.clientId! });
    await eventually(async () => {
      await stack().updateOpenOrders();
      expect(await stack().orders.counts('resting')).toEqual({ filled: 1, open: 19, pending: 1 });
    }, 20_000);

    await stack().reconfigure(({ strategies }) => {
      strategies.resting!.active = true;
    });
    await eventually(async () => {
      expect(await stack().orders.counts('resting')).toEqual({ filled: 1, open: 20 });
    });
  });
});

// One after the other: each apply lifts the pauses of all accounts.
describe('an account that cannot trade', () => {
  test('because its key is wrong is paused with one message, and goes on when the right key is applied', async () => {
    const { results } = await stack().gateway.settled(limits('mistyped', symbol, ladder(95_000, 7, -100)));
    expect(results.map(({ success, queued }) => ({ success, queued }))).toEqual(
      Array(7).fill({ success: true, queued: true }),
    );
    expect(await stack().orders.counts('mistyped')).toEqual({ pending: 7 });
    const messages = await stack().orders.messages('mistyped');
    expect(messages).toMatchObject([{ kind: 'account_paused', detail: expect.stringMatching(/key/i) }]);
    expect(JSON.stringify(messages)).not.toContain('paper-no-such-key');

    // What arrives during the pause waits behind what is there; nothing is tried.
    await stack().gateway.settled(limits('mistyped', symbol, [94_000]));
    expect(await stack().orders.counts('mistyped')).toEqual({ pending: 8 });
    expect(await stack().orders.messages('mistyped')).toHaveLength(1);

    await stack().reconfigure(({ accounts }) => {
      accounts.mistyped!.api_key = { file: 'right' };
    });
    await eventually(async () => expect(await stack().orders.counts('mistyped')).toEqual({ open: 8 }));
    expect(await stack().exchange.openOrders('mistyped', 'BTCUSDT')).toHaveLength(8);
  });

  test('because it is in hedge mode is paused with a sentence that says what to do', async () => {
    await stack().exchange.control('/accounts', { name: keyOf('hedged'), hedge: true });
    writeFileSync(hedgedKey, `${keyOf('hedged')}\n`);
    await stack().gateway.settled(limits('hedged', symbol, [95_000]));
    const sentence = 'account hedged is in hedge mode: switch it to one-way mode on the exchange';
    expect(await stack().orders.messages('hedged')).toMatchObject([{ kind: 'account_paused', detail: sentence }]);
    expect(await stack().orders.counts('hedged')).toEqual({ pending: 1 });

    // A cancel has an effect all the same.
    const [order] = await stack().orders.of('hedged');
    await stack().gateway.settled(batch('hedged', [cancel({ order_id: order!.id })]));
    expect(await stack().orders.counts('hedged')).toEqual({ cancelled: 1 });
    expect((await stack().exchange.record('hedged')).calls.place).toBeUndefined();
  });

  test('because it was switched to hedge mode since is paused the same way, and its orders wait', async () => {
    await stack().gateway.settled(limits('switched', symbol, [95_000]));
    const [resting] = await stack().exchange.openOrders('switched');
    await stack().exchange.cancel('switched', 'BTCUSDT', String(resting!.orderId));
    await stack().exchange.control('/accounts', { name: keyOf('switched'), hedge: true });
    await stack().gateway.settled(limits('switched', symbol, [94_000, 93_000]));
    expect((await stack().orders.counts('switched')).pending).toBe(2);
    const paused = (await stack().orders.messages('switched')).filter(({ kind }) => kind === 'account_paused');
    expect(paused).toMatchObject([{ detail: expect.stringMatching(/hedge mode: switch it to one-way mode/) }]);

    await stack().exchange.control('/accounts', { name: keyOf('switched'), hedge: false });
    await stack().gateway.command('/admin/resume', { account: 'switched' });
    await eventually(async () => expect(await stack().orders.counts('switched')).toMatchObject({ open: 2 }));
  });
});

async function openPrices(account: string): Promise<number[]> {
  const open = await stack().exchange.openOrders(account, 'BTCUSDT');
  return open.map(({ price }) => Number(price)).sort((a, b) => a - b);
}

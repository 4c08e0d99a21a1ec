import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { batch, cancel, ladder, limits, market } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { keyOf } from './harness/test-configuration.ts';
import { useStack } from './harness/use-stack.ts';

// Three order queues; what is placed is counted by the exchange.

const symbol = 'BTC/USDT';
const secrets = mkdtempSync(join(tmpdir(), 'sluice-secrets-'));
writeFileSync(join(secrets, 'key'), 'paper-no-such-key\n');
afterAll(() => rmSync(secrets, { recursive: true }));

const stack = useStack({
  strategies: ['busy', 'other', { name: 'both', accounts: ['left', 'right'] }, 'mistyped'],
  configure({ accounts }) {
    accounts.mistyped!.api_key = { file: 'key' };
  },
  orderQueue: () => ({ SECRETS_DIR: secrets }),
  orderQueues: 3,
});

type Halts = { success: boolean; error?: string; halts: object[]; paused: { account: string; reason: string }[] };
const halt = (body: object) => stack().gateway.command<Halts>('/admin/halt', body);
const resume = (body: object) => stack().gateway.command<Halts>('/admin/resume', body);
const placed = async (account: string) => (await stack().exchange.record(account)).calls.place?.received ?? 0;

describe('a halt', () => {
  test('of everything lets nothing new through once it is answered, also not after a restart, and a resume does', async () => {
    // Enough on its way that some of it is planned, claimed or being sent at any moment.
    const alerts = ladder(95_000, 24, -10).map((price) =>
      stack().gateway.alert(limits('busy', symbol, [price, price - 1])),
    );
    await alerts[0];
    const answer = await halt({ all: true, reason: 'the news', by: 'kim' });
    const atAnswer = await placed('busy');
    expect(answer.status).toBe(200);
    expect(answer.body.halts).toMatchObject([{ scope: 'all', name: '', reason: 'the news', by: 'kim' }]);

    await Promise.all(alerts);
    const refused = await stack().gateway.settled(limits('busy', symbol, [96_000]));
    expect(refused).toMatchObject({ success: false, error: 'halted: the news' });
    expect(refused.results).toMatchObject([{ result: { error: 'halted: the news', alert_sent: false } }]);

    // A cancel works, and the place it frees stays free.
    const open = await eventually(async () => {
      const orders = await stack().orders.of('busy');
      expect(orders.filter(({ status }) => status !== 'open' && status !== 'pending')).toEqual([]);
      return orders.filter(({ status }) => status === 'open');
    });
    await stack().gateway.settled(batch('busy', [cancel({ order_id: open[0]!.id })]));
    expect(await stack().exchange.openOrders('busy', 'BTCUSDT')).toHaveLength(open.length - 1);
    await Promise.all(
      stack().orderQueues.map(async (queue) => {
        await queue.stop();
        await queue.start();
      }),
    );
    const late = await stack().gateway.settled(batch('busy', [market(symbol)]));
    expect(late).toMatchObject({ success: false, error: 'halted: the news' });
    expect(await placed('busy')).toBe(atAnswer);

    expect(await resume({ all: true })).toMatchObject({ status: 200, body: { halts: [] } });
    await eventually(async () => expect((await stack().orders.counts('busy')).open).toBe(20));
    expect((await stack().gateway.settled(limits('busy', 'ETH/USDT', [3_000]))).success).toBe(true);
  });

  test('of one account fails the results of that account alone', async () => {
    expect((await halt({ account: 'left', reason: 'audit' })).status).toBe(200);
    const answer = await stack().gateway.settled(limits('both', symbol, [95_000]));
    expect(answer.success).toBe(true);
    expect(answer.results.map(({ result }) => [result.account_name, result.error ?? 'executed'])).toEqual([
      ['left', 'halted: account left: audit'],
      ['right', 'executed'],
    ]);
    expect((await resume({ account: 'left' })).status).toBe(200);
    expect((await stack().gateway.settled(limits('both', symbol, [94_000]))).results.map((r) => r.success)).toEqual([
      true,
      true,
    ]);
  });

  test('of a strategy stops no other, and a name nobody has is answered with those there are', async () => {
    await halt({ strategy: 'other' });
    const [stopped, running] = await Promise.all([
      stack().gateway.settled(limits('other', symbol, [95_000])),
      stack().gateway.settled(limits('both', symbol, [93_000])),
    ]);
    expect(stopped.error).toBe('halted: strategy other: no reason given');
    expect(running.success).toBe(true);
    await resume({ strategy: 'other' });
    const unknown = await halt({ strategy: 'ohter' });
    expect([unknown.status, unknown.body.error]).toEqual([
      404,
      'strategy: there is no strategy "ohter"; there are both, busy, mistyped, other',
    ]);
  });
});

test('an account that was paused for its key is shown with the reason, and sends again when it is resumed', async () => {
  await stack().gateway.settled(limits('mistyped', symbol, [95_000]));
  const shown = await stack().gateway.asAdmin<Halts>('/admin/halt');
  expect(shown.body.paused).toMatchObject([{ account: 'mistyped', reason: expect.stringMatching(/key/i) }]);
  writeFileSync(join(secrets, 'key'), `${keyOf('mistyped')}\n`);
  expect((await resume({ account: 'mistyped' })).body.paused).toEqual([]);
  await eventually(async () => expect(await stack().orders.counts('mistyped')).toEqual({ open: 1 }));
});

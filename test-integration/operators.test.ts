import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../cli/src/run-command.ts';
import { batch, cancel, ladder, limits, market } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { adminToken } from './harness/gateway-client.ts';
import { keyOf } from './harness/test-configuration.ts';
import { useStack } from './harness/use-stack.ts';

// What a person sees and stops, over HTTP and by `sluice`. Three order queues; what is placed is counted by the exchange.

const symbol = 'BTC/USDT';
const secrets = mkdtempSync(join(tmpdir(), 'sluice-secrets-'));
writeFileSync(join(secrets, 'key'), 'paper-no-such-key\n');
afterAll(() => rmSync(secrets, { recursive: true }));

const stack = useStack({
  strategies: ['test1', 'busy', 'other', { name: 'both', accounts: ['left', 'right'] }, 'mistyped'],
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

async function sluice(line: string, environment: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const settings = {
    SLUICE_URL: stack().gateways[0]!.url,
    SLUICE_ADMIN_TOKEN: adminToken,
    USER: 'kim',
    ...environment,
  };
  const code = await runCommand(line.split(' '), settings, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
/** Without what differs from run to run. */
const steady = (text: string) =>
  text
    .replaceAll(/\b[0-9a-f]{32}\b/g, '<alert>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/test-[\w-]{10,}/g, '<client id>')
    .replaceAll(/\b\d{13,}\b/g, '<order id>')
    .replaceAll(/ +\d+s\b/g, ' <age>')
    .replaceAll(/ {2,}/g, '  ');

describe('the command line', () => {
  test('shows what waits and why, the story of one order, and what there is', async () => {
    await stack().gateway.settled(limits('test1', 'BTC/USDT', ladder(95_000, 22, -100)));
    const waiting = await sluice('orders --state pending');
    expect(waiting.code).toBe(0);
    expect(steady(waiting.out).split('\n')).toEqual([
      'ID  STRATEGY  ACCOUNT  SYMBOL  TYPE  SIDE  PRICE  REMAINING  STATE  RANK  AGE  WAITS',
      '22  test1  test1  BTC/USDT  LIMIT  buy  92900  0.107  pending  22 <age>  rank 22, limit 20',
      '21  test1  test1  BTC/USDT  LIMIT  buy  93000  0.107  pending  21 <age>  rank 21, limit 20',
    ]);
    const story = await sluice('order 1');
    expect(steady(story.out).split('\n')).toEqual([
      'Order:  1',
      'Strategy:  test1',
      'Account:  test1',
      'What:  LIMIT buy 0.105 BTC/USDT at 95000',
      'State:  open',
      'Rank:  1',
      'Waits:  -',
      'Executed:  0, remaining 0.105',
      'Failure:  -',
      'Alert:  <alert>',
      '',
      'ATTEMPT  CLIENT ORDER ID  ORDER ID  QUANTITY  EXECUTED  NEXT',
      '  1  <client id>  <order id>  0.105  0  -',
      '',
      'AT  EVENT  WHAT HAPPENED',
      '<time>  created  Stored by alert <alert>.',
      '<time>  submitting  Given a place and about to be sent, quantity 0.105 (attempt 1).',
      '<time>  sent  Accepted by the exchange as <order id>.',
    ]);
    expect((await sluice('accounts')).out).toMatch(/test1 +binance-usdm +20 +2 +20 +0 .* active$/m);
    expect((await sluice('strategies')).out).toMatch(/test1 +FUTURES +test1 +10000 +- +10 +20 +2 +active$/m);
    expect((await sluice('jobs')).out).toMatch(/^queue_rebalancer +order-queue +interval\[0:00:01\] /m);
    const all = JSON.parse((await sluice('orders --limit 5 -o json')).out);
    expect(all.orders.map(({ id }: { id: number }) => id)).toEqual([22, 21, 20, 19, 18]);
    expect((await sluice('orders --limit 5')).err).toBe('There are more than these 5: ask with a higher --limit.');
  });

  test('runs a job now and tells what became of it', async () => {
    expect((await sluice('run auto_rebalance_accounts')).out).toMatch(/^auto_rebalance (found|did) .* in \d+ ms on /);
    const told = JSON.parse((await sluice('run queue_rebalancer -o json')).out);
    expect(told).toMatchObject({ success: true, job_id: 'queue_rebalancer', outcome: expect.any(String) });
    expect(await sluice('run price_cash')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^sluice: job_id: there is no job "price_cash"; there are precision_cache/),
    });
    expect(await sluice('run send_daily_summary')).toMatchObject({
      code: 3,
      err: expect.stringContaining('no replica of notifier is up'),
    });
  });

  test('lists positions', async () => {
    await stack().gateway.settled(batch('test1', [market('ETH/USDT')]));
    const shown = await eventually(async () => {
      const { code, out } = await sluice('positions');
      expect([code, out]).toEqual([0, expect.stringContaining('ETH/USDT')]);
      return out;
    });
    expect(steady(shown)).toMatch(/^STRATEGY {2}ACCOUNT {2}SYMBOL .*\ntest1 {2}test1 {2}ETH\/USDT /);
    const all = JSON.parse((await sluice('positions -o json')).out);
    expect(all.positions).toMatchObject([{ strategy: 'test1', account: 'test1', symbol: 'ETH/USDT' }]);
  });

  test('halts and resumes', async () => {
    expect(await sluice('halt --strategy test1 --reason maintenance')).toEqual({
      code: 0,
      out: 'strategy test1 halted',
      err: '',
    });
    expect((await sluice('halts')).out).toMatch(/^strategy test1 +halted +\d+s +kim +maintenance$/m);
    expect((await sluice('orders --state pending')).out).toContain('halted: strategy test1: maintenance');
    expect((await sluice('resume --strategy test1')).out).toBe('strategy test1 resumed');
    expect(await sluice('halts')).toEqual({ code: 0, out: '', err: 'Nothing is halted or paused.' });
    expect(await sluice('halt --account mian')).toEqual({
      code: 1,
      out: '',
      err: 'sluice: account: there is no account "mian"; there are busy, left, mistyped, other, right, test1',
    });
  });

  test('shows requests that could not be taken', async () => {
    await stack().gateway.post('/api/webhook', { group_name: 'test1', symbol: 'BTC/USDT', order_type: 'LIMT' });
    expect((await sluice('dead-letters')).out).toMatch(/malformed +test1 +\d+ +order_type: /);
    const letter = await sluice('dead-letters show 1');
    expect(letter.out).toContain('LIMT');
    expect(letter.out).not.toContain('token-of');
  });

  test('says what is wrong with the token, a name or an id', async () => {
    expect(await sluice('orders', { SLUICE_ADMIN_TOKEN: 'wrong' })).toMatchObject({
      code: 1,
      err: 'sluice: the gateway does not take this admin token: set SLUICE_ADMIN_TOKEN to its ADMIN_TOKEN',
    });
    expect(await sluice('order 99')).toMatchObject({ code: 1, err: 'sluice: id: there is no order 99' });
    expect((await sluice('orders --strategy tset')).err).toBe(
      'sluice: strategy: there is no strategy "tset"; there are both, busy, mistyped, other, test1',
    );
  });
});

describe('a halt', () => {
  test('of everything lets nothing new through once it is answered, also not after a restart, and a resume does', async () => {
    await stack().gateway.settled(limits('busy', symbol, ladder(94_000, 25, -10)));
    // Enough on its way that some of it is planned, claimed, being sent or swapped in at any moment.
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
    // Only a process that was started since is left.
    await Promise.all(stack().orderQueues.map((queue) => queue.stop()));
    await stack().orderQueues[0]!.start();
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
      'strategy: there is no strategy "ohter"; there are both, busy, mistyped, other, test1',
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

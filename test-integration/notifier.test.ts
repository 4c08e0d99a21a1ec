import { afterAll, expect, test } from 'vitest';
import { FakeTelegram } from '../services/notifier/src/testing/fake-telegram.ts';
import { limits } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { useStack } from './harness/use-stack.ts';

const telegram = await FakeTelegram.start();
const stack = useStack({
  strategies: ['told', 'killed'],
  notifiers: 1,
  configure({ installation, strategies }) {
    installation.telegram_api = telegram.url;
    installation.bot_token = { env: 'BOT_TOKEN' };
    strategies.told!.owner_chats = ['101'];
    strategies.killed!.owner_chats = ['102'];
  },
  environment: () => ({ BOT_TOKEN: telegram.token }),
});
afterAll(() => telegram.close());

const refuse = (account: string, code: number, msg: string, times: number | 'always') =>
  stack().exchange.fault(account, { match: { call: 'place' }, do: 'refuse', code, msg, times });

test("what the rebalancer's retry came to reaches the strategy's owner, and what the notifier logs of it carries its tag", async () => {
  await refuse('told', -1015, 'Too many new orders.', 1);
  const body = await stack().gateway.settled(limits('told', 'BTC/USDT', [95_000]));
  expect(body.results).toMatchObject([{ retry_scheduled: true }]);
  await refuse('told', -2019, 'Margin is insufficient.', 'always');

  await telegram.until(() => telegram.textsTo('101').length > 0);
  const [text, ...more] = telegram.textsTo('101');
  expect(more).toEqual([]);
  expect(text).toContain(
    [
      '⚠️ 주문 실패 알림 (복구 불가능)',
      '전략: told   계정: told   심볼: BTC/USDT   실패 유형: 잔고 부족',
      '오류 상세: Margin is insufficient.',
      '조치 필요: 계정 잔고 확인 필요',
    ].join('\n'),
  );
  const [notifier] = stack().notifiers;
  await eventually(async () => {
    expect(notifier!.log.find((line) => line.includes('told chat 101'))).toMatch(/INFO: \[QUEUE_REBAL\] /);
  });
});

test('a notifier that is killed while it sends is followed by one that sends it again', async () => {
  const [notifier] = stack().notifiers;
  await refuse('killed', -2019, 'Margin is insufficient.', 'always');
  telegram.fail('102', { kind: 'hang' }, 1);
  const body = await stack().gateway.settled(limits('killed', 'BTC/USDT', [95_000]));
  expect(body.results).toMatchObject([{ success: false, result: { alert_sent: true } }]);
  await telegram.until(() => telegram.tries.some(({ chat }) => chat === '102'));

  await notifier!.kill();
  // The lease of a process that died runs out by itself in six seconds, which nobody has to wait for here.
  await stack().sql`update notifier.speaker set lease_until = clock_timestamp()`;
  await notifier!.start();
  await telegram.until(() => telegram.textsTo('102').length > 0);
  expect(telegram.textsTo('102')).toHaveLength(1);
});

import { runWithJobTag } from '@sluice/telemetry';
import { captureLogs, type LogCapture } from '@sluice/telemetry/testing';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { takeMessage } from '../receiving/take-messages.ts';
import { createSettings } from '../settings.ts';
import { createTestNotifier, type TestNotifier } from '../testing/test-notifier.ts';

let test1: TestNotifier;
let logs: LogCapture;

/** Chats that own a strategy each, one for every test that is told something. */
const chats = Array.from({ length: 12 }, (_, at) => String(101 + at));
const free = [...chats];

beforeAll(async () => {
  logs = captureLogs();
  test1 = await createTestNotifier(inject('databaseUrl'));
  for (const chat of chats) await test1.owner(chat);
  // Of two replicas one speaks: whatever follows would be told twice otherwise.
  await Promise.all(['a', 'b'].map((replica) => test1.start(replica)));
});
afterAll(async () => {
  await test1.end();
  logs.stop();
});

/** A strategy whose owner's chat no other test writes to. */
function owned(): { chat: string; strategy: string } {
  const chat = free.pop()!;
  return { chat, strategy: `s${chat}` };
}

const posts = (chat: string) =>
  test1.sql<{ state: string; tries: number; plain: boolean; error: string | null }[]>`
    select state, tries, plain, error from notifier.post where chat = ${chat} order by id`;
// Not expect.poll, which belongs to the one test that runs, and these run side by side.
const settled = (chat: string, state: string) =>
  vi.waitFor(async () => expect((await posts(chat)).map((post) => post.state)).toEqual([state]), { timeout: 8_000 });

describe.concurrent('a message', () => {
  test("a job's message is told once, to the strategy's owner alone, and what is logged of it carries the job's tag", async () => {
    const { chat, strategy } = owned();
    await runWithJobTag('QUEUE_REBAL', () => test1.failure(strategy, 67));
    await test1.telegram.until(() => test1.telegram.textsTo(chat).length > 0);
    await settled(chat, 'sent');
    const [text, ...more] = test1.telegram.textsTo(chat);
    expect(more).toEqual([]);
    expect(text).toContain(
      `⚠️ 주문 실패 알림 (복구 불가능)\n전략: ${strategy}   계정: ${strategy}   심볼: BTC/USDT   실패 유형: 잔고 부족\n`,
    );
    expect(test1.telegram.sent.find((one) => one.chat === chat)!.entities).toEqual([
      { type: 'bold', offset: 0, length: text!.indexOf('\n') },
    ]);
    expect(test1.telegram.textsTo('900')).toEqual([]);
    const told = () => logs.records.filter(({ message }) => message.startsWith(`told chat ${chat}`));
    await expect.poll(told).toMatchObject([{ level: 'INFO', tag: 'QUEUE_REBAL' }]);
  });

  test('a message that the queue hands out twice is stored once', async () => {
    const { chat, strategy } = owned();
    const settings = createSettings(test1.sql, process.env);
    const message = {
      ...{ kind: 'stop_waits', key: 'order:1', at: new Date().toISOString(), strategy, account: strategy },
      ...{ symbol: 'BTC/USDT', orderId: 1, detail: 'rank 21' },
    };
    for (let time = 0; time < 2; time += 1) await takeMessage({ sql: test1.sql, settings }, 'queue-id-1', message);
    const stored = await test1.sql`select from notifier.message where chat = ${chat}`;
    expect(stored).toHaveLength(1);
  });

  test('the failures of one alert are one message that names every order, and later ones wait and are counted', async () => {
    const { chat, strategy } = owned();
    await Promise.all([1, 2, 3].map((id) => test1.failure(strategy, id)));
    await settled(chat, 'sent');
    await test1.sql`
    update notifier.incident set last_at = last_at - interval '29 seconds', first_at = first_at - interval '29 seconds'
     where chat = ${chat}`;
    await Promise.all([4, 5].map((id) => test1.failure(strategy, id)));
    await test1.telegram.until(() => test1.telegram.textsTo(chat).length === 2);
    const [first, second] = test1.telegram.textsTo(chat);
    expect(first).toContain('2건 추가:');
    for (const id of ['#1', '#2', '#3']) expect(first).toContain(id);
    expect(second).toMatch(/\d\d:\d\d 이후 2건 추가:/);
    for (const id of ['#4', '#5']) expect(second).toContain(id);
  });

  test('nothing is sent to a chat before the time Telegram has named, and then in the order it came', async () => {
    const { chat, strategy } = owned();
    test1.telegram.fail(chat, { kind: 'status', status: 429, description: 'Too Many Requests', retryAfter: 2 }, 1);
    await test1.failure(strategy, 1);
    await test1.telegram.until(() => test1.telegram.tries.some((one) => one.chat === chat));
    await test1.failure(strategy, 2, { failureType: 'invalid_symbol' });
    await test1.telegram.until(() => test1.telegram.textsTo(chat).length === 2);
    const [refused, next] = test1.telegram.tries.filter((one) => one.chat === chat);
    expect(next!.at - refused!.at).toBeGreaterThanOrEqual(2_000);
    expect(test1.telegram.textsTo(chat).map((text) => /#\d/.exec(text)![0])).toEqual(['#1', '#2']);
  });

  test('a message whose answer was lost is sent again: it may arrive twice, and is never left out', async () => {
    const { chat, strategy } = owned();
    test1.telegram.fail(chat, { kind: 'lost_answer' }, 1);
    await test1.failure(strategy, 1);
    await settled(chat, 'sent');
    const [first, second] = test1.telegram.textsTo(chat);
    expect(second).toBe(first);
  });

  test('a chat that blocked the bot leaves a dead letter that says what to do, one ERROR, and can be sent again', async () => {
    const { chat, strategy } = owned();
    test1.telegram.fail(chat, { kind: 'status', status: 403, description: 'Forbidden: bot was blocked by the user' });
    await runWithJobTag('QUEUE_REBAL', () => test1.failure(strategy, 1));
    await settled(chat, 'dead');
    const errors = logs.records.filter(({ level }) => level === 'ERROR');
    // Of no job: the job that made it did its work.
    expect(errors).toMatchObject([{ tag: undefined, message: expect.stringContaining('unblock or invite it') }]);
    const [letter] = await test1.sql`select * from notifier.dead_letter where chat = ${chat}`;
    expect(letter).toMatchObject({
      messages: 1,
      error: expect.stringContaining('blocked'),
      text: expect.stringContaining('#1'),
    });

    test1.telegram.fail(chat, { kind: 'hang' }, 0);
    await test1.sql`select notifier.resend(array[${letter!.id}]::bigint[])`;
    await settled(chat, 'sent');
    expect(test1.telegram.textsTo(chat)).toHaveLength(1);
  });

  test('a message whose format is refused goes without it', async () => {
    const { chat, strategy } = owned();
    test1.telegram.fail(chat, { kind: 'status', status: 400, description: "Bad Request: can't parse entities" }, 1);
    await test1.failure(strategy, 1);
    await settled(chat, 'sent');
    expect(test1.telegram.sent.find((one) => one.chat === chat)).toMatchObject({ entities: [] });
  });

  test('a post that was interrupted goes on behind the part that has arrived', async () => {
    const { chat } = owned();
    const parts = test1.sql.json(['one', 'two', 'three'].map((text) => ({ text, bold: [] })));
    await test1.sql`insert into notifier.post (chat, parts, parts_sent) values (${chat}, ${parts}, 1)`;
    await settled(chat, 'sent');
    expect(test1.telegram.textsTo(chat)).toEqual(['two', 'three']);
  });
});

test('what Telegram has not taken for a day is a dead letter, what waits behind it is told, and both can still be sent', async () => {
  const { chat, strategy } = owned();
  const parts = test1.sql.json([{ text: 'of yesterday', bold: [] }]);
  test1.telegram.fail(chat, { kind: 'status', status: 502, description: 'Bad Gateway' }, 1);
  await test1.sql`
    insert into notifier.post (chat, parts, first_tried_at)
    values (${chat}, ${parts}, clock_timestamp() - interval '25 hours')`;
  await settled(chat, 'dead');
  expect(await posts(chat)).toMatchObject([{ error: expect.stringContaining('tried for a day') }]);
  const given = () =>
    logs.records.filter(({ level, message }) => level === 'ERROR' && message.includes(`chat ${chat}`));
  await expect.poll(given).toHaveLength(1);
  await test1.failure(strategy, 1);
  await test1.telegram.until(() => test1.telegram.textsTo(chat).length === 1);

  // Put back, it has a day again.
  test1.telegram.fail(chat, { kind: 'status', status: 502, description: 'Bad Gateway' }, 1);
  await test1.sql`select notifier.resend(array(select id from notifier.dead_letter where chat = ${chat}))`;
  await test1.telegram.until(() => test1.telegram.textsTo(chat).includes('of yesterday'));
}, 20_000);

test('while Telegram is away messages wait, and when it is back they come as few, with one WARNING and one INFO', async () => {
  const before = logs.records.length;
  const since = () => logs.records.slice(before);
  const owners = [owned(), owned()];
  test1.telegram.fail('*', { kind: 'status', status: 502, description: 'Bad Gateway' });
  const types = ['insufficient_balance', 'invalid_symbol', 'limit_exceeded', 'unknown', 'network_error'] as const;
  await runWithJobTag('QUEUE_REBAL', async () => {
    for (let id = 1; id <= 60; id += 1) {
      await test1.failure(owners[id % 2]!.strategy, id, { failureType: types[id % 5]! });
    }
  });
  const warnings = () => since().filter(({ level }) => level === 'WARNING');
  await expect.poll(warnings, { timeout: 8_000 }).toMatchObject([{ tag: undefined }]);
  await expect
    .poll(
      async () =>
        (
          await test1.sql`select from notifier.message m where m.body ->> 'detail' = 'Margin is insufficient.' and m.chat = any(${owners.map(({ chat }) => chat)})`
        ).length,
    )
    .toBe(60);

  // An hour later.
  await test1.sql`
    update notifier.incident set last_at = last_at - interval '1 hour', first_at = first_at - interval '1 hour'`;
  test1.telegram.heal();
  const texts = () => owners.flatMap(({ chat }) => test1.telegram.textsTo(chat));
  const named = () => new Set(texts().flatMap((text) => text.match(/#\d+/g) ?? [])).size;
  await test1.telegram.until(() => named() === 60, 12_000);
  expect(texts().length).toBeLessThanOrEqual(8);
  const back = () => since().filter(({ level, message }) => level === 'INFO' && message.includes('again after'));
  await expect.poll(back).toHaveLength(1);
  expect(warnings()).toHaveLength(1);
  expect(since().filter(({ level }) => level === 'ERROR')).toEqual([]);
}, 30_000);

test('where nobody is configured to be told, the message is stored and logged', async () => {
  const settings = async () => ({
    ...(await createSettings(test1.sql, process.env)()),
    chats: { operator: null, owners: new Map(), strategiesOn: new Map() },
  });
  const message = {
    ...{
      kind: 'backlog',
      key: 'backlog:order-queue',
      at: new Date().toISOString(),
      began: true,
      detail: '120 are due',
    },
  };
  await runWithJobTag('QUEUE_REBAL', () => takeMessage({ sql: test1.sql, settings }, 'queue-id-2', message));
  const told = logs.records.filter(({ message }) => message.startsWith('no chat is configured'));
  expect(told).toMatchObject([{ level: 'INFO', tag: 'QUEUE_REBAL', message: expect.stringContaining('120 are due') }]);
  expect(await test1.sql`select chat from notifier.message where source = 'queue-id-2'`).toEqual([{ chat: null }]);
});

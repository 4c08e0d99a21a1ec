import { queues } from '@sluice/contracts';
import { createBoss } from '@sluice/service-runtime';
import { captureLogs, type LogCapture } from '@sluice/telemetry/testing';
import type { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createTestNotifier, type TestNotifier } from '../testing/test-notifier.ts';

let notifier: TestNotifier;
let boss: PgBoss;
let logs: LogCapture;
/** Halts handed to order-queue, in whose place this test answers. */
const halts: Record<string, unknown>[] = [];
let answers = true;
const group = -100_200_300;

beforeAll(async () => {
  logs = captureLogs();
  notifier = await createTestNotifier(inject('databaseUrl'));
  for (const chat of [101, 102, 103]) await notifier.owner(String(chat));
  const { sql } = notifier;
  await notifier.owner(String(group), 'sgroup');
  await sql`update config.installation set chat_commanders = ${sql.json({ [group]: ['7'], '-1': ['8'] })}`;
  const [{ url }] = await sql<[{ url: string }]>`select current_database() as url`;
  const address = new URL(inject('databaseUrl'));
  address.pathname = `/${url}`;
  boss = await createBoss({ url: address.href, applicationName: 'test-order-queue', role: 'worker' });
  await boss.work(
    queues.halt,
    { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 },
    async ([message]) => {
      const halt = message!.data as Record<string, unknown>;
      halts.push(halt);
      const body = sql.json({ halts: [], paused: [] });
      if (answers) await sql`insert into orders.halt_reply (id, body) values (${String(halt.id)}, ${body})`;
    },
  );
  await notifier.start('a');
});
afterAll(async () => {
  await boss.stop({ graceful: false });
  await notifier.end();
  logs.stop();
});

async function ask(chat: number, text: string, ageSeconds = 0): Promise<string> {
  const before = notifier.telegram.textsTo(String(chat)).length;
  notifier.telegram.write(chat, text, ageSeconds);
  await notifier.telegram.until(() => notifier.telegram.textsTo(String(chat)).length > before);
  return notifier.telegram.textsTo(String(chat)).at(-1)!;
}

describe('an owner', () => {
  test('pauses and resumes a strategy of his, and hears of it once it holds', async () => {
    expect(await ask(101, '/pause s101')).toContain('s101 일시 중지됨');
    expect(await ask(101, '/resume@sluice_bot s101')).toContain('s101 재개됨');
    expect(halts).toMatchObject([
      { scope: 'strategy', name: 's101', halted: true, by: 'telegram 101' },
      { scope: 'strategy', name: 's101', halted: false },
    ]);
    expect(Number(halts[1]!.request)).toBeGreaterThan(Number(halts[0]!.request));
  });

  test('can neither pause nor see what another one owns', async () => {
    const before = halts.length;
    expect(await ask(102, '/pause s101')).toContain('가능한 전략: s102');
    const status = await ask(102, '/status');
    expect(status).toContain('s102 · s102: 주문 전송 중');
    expect(status).not.toContain('s101');
    expect(halts).toHaveLength(before);
  });

  test('is told to ask again where a command has waited too long in Telegram', async () => {
    const before = halts.length;
    expect(await ask(102, '/resume s102', 120)).toContain('오래된 명령');
    expect(halts).toHaveLength(before);
  });

  test('is told within two seconds that the store does not answer', async () => {
    const asked = performance.now();
    const done = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holder = notifier.sql.begin(async (tx) => {
      await tx`lock table runtime.heartbeat`;
      locked.resolve();
      await done.promise;
    });
    await locked.promise;
    expect(await ask(103, '/status')).toContain('데이터베이스가 2초 안에 응답하지 않아');
    expect(performance.now() - asked).toBeLessThan(2_500);
    done.resolve();
    await holder;
  });

  test('sees in his own words what holds a strategy', async () => {
    const { sql } = notifier;
    const status = () => ask(103, '/status');
    await sql`insert into orders.paused_account (account, reason, revision) values ('s103', 'Invalid API-key', 1)`;
    expect(await status()).toContain('⏸ s103 · s103: 계정 일시 중지됨: Invalid API-key');
    await sql`delete from orders.paused_account`;
    await sql`update config.strategy set active = false where name = 's103'`;
    expect(await status()).toContain('s103: 비활성: strategy s103');
    await sql`update config.strategy set active = true where name = 's103'`;
    expect(await status()).toContain('s103: 주문 전송 중');
  });

  test('is answered within two seconds also when nobody carries it out', async () => {
    answers = false;
    const asked = performance.now();
    expect(await ask(103, '/pause s103')).toContain('확인되지 않았습니다');
    expect(performance.now() - asked).toBeLessThan(2_500);
    answers = true;
  });
});

test('the operator sees and stops every strategy, in the language of his chat', async () => {
  expect(await ask(900, '/pause s102')).toContain('s102 is paused');
  const status = await ask(900, '/status');
  for (const name of ['s101', 's102', 's103']) expect(status).toContain(name);
});

test('a chat nobody has named gets nothing, and is logged once', async () => {
  const before = halts.length;
  for (const text of ['/status', '/pause s101']) notifier.telegram.write(666, text);
  // What came after it is answered, so it has been read.
  await ask(900, '/help');
  expect(notifier.telegram.textsTo('666')).toEqual([]);
  expect(halts).toHaveLength(before);
  expect(logs.records.filter(({ message }) => message.startsWith('chat 666'))).toHaveLength(1);
});

test('in a group only those are answered whom the configuration names for it, and a halt says who it was', async () => {
  const told = () => notifier.telegram.textsTo(String(group));
  notifier.telegram.write(group, '/pause sgroup', 0, 8);
  notifier.telegram.write(group, '/pause sgroup', 0, 7);
  await notifier.telegram.until(() => told().length > 0);
  expect(told()).toEqual([expect.stringContaining('일시 중지됨')]);
  expect(halts.filter(({ name }) => name === 'sgroup')).toMatchObject([{ by: `telegram ${group}, user 7` }]);
  expect(logs.records.filter(({ message }) => message.startsWith('user 8'))).toMatchObject([{ level: 'WARNING' }]);
});

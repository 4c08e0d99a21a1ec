import { jobCatalogue } from '@sluice/contracts';
import type { JobHandlers } from '@sluice/service-runtime';
import { startDrivenReplica } from '@sluice/service-runtime/testing';
import { captureLogs } from '@sluice/telemetry/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createSettings } from '../settings.ts';
import { createTestNotifier, type TestNotifier } from '../testing/test-notifier.ts';
import { sendDailySummary } from './send-daily-summary.ts';

let notifier: TestNotifier;
const slot = new Date('2025-10-23T12:03:00Z');
const job = jobCatalogue.find(({ id }) => id === 'send_daily_summary')!;

beforeAll(async () => {
  notifier = await createTestNotifier(inject('databaseUrl'));
  for (const chat of ['101', '102']) await notifier.owner(chat);
  // Both strategies trade on the first one's account.
  const { sql } = notifier;
  await sql`
    insert into config.strategy_account (strategy, account, capital, leverage) values ('s102', 's101', 1000, 1)`;
  const order = (id: number, strategy: string, status: string, hoursAgo: number) => sql`
    insert into orders.entry (id, uuid, alert_id, strategy, account, venue, symbol, order_index, arrival, type, side, reduce_only,
      quantity, priority, sort_price, status, wanted, received_at, ended_at)
    values (${id}, gen_random_uuid(), ${`a${id}`}, ${strategy}, 's101', 'binance-usdm', 'BTC/USDT', 0, ${id}, 'LIMIT', 'buy', false,
      1, 2, 1, ${status}, 'gone', ${slot}, ${status === 'pending' ? null : new Date(slot.getTime() - hoursAgo * 3_600_000)})`;
  await order(1, 's101', 'filled', 1);
  await order(2, 's101', 'filled', 30);
  await order(3, 's101', 'failed', 2);
  await order(4, 's101', 'pending', 0);
  await order(5, 's102', 'filled', 3);
  for (const id of [1, 5]) {
    await sql`
      insert into orders.attempt (order_id, number, client_id, account, symbol, conditional, request, signed_at, created_at)
      values (${id}, 1, ${`c${id}`}, 's101', 'BTC/USDT', false, '{}', ${slot}, ${new Date(slot.getTime() - 3_600_000)})`;
  }
  const balance = (amount: number, hoursAgo: number) => sql`
    insert into orders.account_balance (account, hour, balance, currency, read_at)
    values ('s101', ${new Date(slot.getTime() - hoursAgo * 3_600_000)}, ${amount}, 'USDT', ${new Date(slot.getTime() - hoursAgo * 3_600_000)})`;
  await balance(900, 25);
  await balance(950, 12);
  await balance(1_000.5, 1);
  const earned = (source: number, strategy: string, realized: number) => sql`
    insert into orders.position_entry (account, symbol, strategy, kind, source, at, rank, exchange_id, order_id, quantity,
      realized, fee, funding, reduces, after)
    values ('s101', 'BTC/USDT', ${strategy}, 'fill', ${source}, ${new Date(slot.getTime() - 3_600_000)}, 1, ${source}, ${source}, 1,
      ${realized}, 1, 0, true, '{}')`;
  await earned(1, 's101', -20);
  await earned(5, 's102', 120);
});
afterAll(() => notifier.end());

test('each owner is told of the day of its own strategies on each account, the operator of all, once a day', async () => {
  using logs = captureLogs();
  const { sql } = notifier;
  const handlers = {
    send_daily_summary: sendDailySummary({ sql, settings: createSettings(sql, process.env), stored: () => {} }),
  } satisfies JobHandlers<'notifier'>;
  for (const replica of ['a', 'b']) {
    const driven = await startDrivenReplica({ job, handler: handlers.send_daily_summary, sql, replica });
    await driven.tick(slot);
    await driven.stop();
  }
  const read = (chat: string) => sql<{ body: Record<string, unknown> }[]>`
    select body from notifier.message where chat = ${chat} and body ->> 'account' = 's101'`;
  expect(await read('101')).toMatchObject([
    {
      body: {
        day: '2025-10-23',
        sent: 1,
        filled: 1,
        failed: 1,
        waiting: 1,
        realized: '-20',
        fees: '1',
        balance: '1000.5',
        balanceChange: '100.5',
      },
    },
  ]);
  const strategies = [
    { strategy: 's102', result: '119', returnPercent: '11.9000', trades: 1, wins: 1 },
    { strategy: 's101', result: '-21', returnPercent: '-2.1000', trades: 1, wins: 0 },
  ];
  expect(await read('102')).toMatchObject([
    { body: { sent: 1, filled: 1, realized: '120', strategies: [strategies[0]] } },
  ]);
  expect(await read('900')).toMatchObject([{ body: { sent: 2, filled: 2, failed: 1, realized: '100', strategies } }]);
  const [stored] = await sql`select baggage from notifier.message where chat = '900' limit 1`;
  expect(stored!.baggage).toContain('DAILY_SUMMARY');
  // Every line of the job carries its tag.
  expect(logs.records.map(({ level }) => level)).toContain('INFO');
  expect(logs.records.filter(({ tag }) => tag !== 'DAILY_SUMMARY')).toEqual([]);
});

test('what cannot be read fails the run under its tag', async () => {
  using logs = captureLogs();
  const settings = () => Promise.reject(new Error('the store is away'));
  const handler = sendDailySummary({ sql: notifier.sql, settings, stored: () => {} });
  const driven = await startDrivenReplica({ job, handler, sql: notifier.sql, replica: 'c' });
  await driven.tick(new Date(slot.getTime() + 86_400_000)).catch(() => {});
  await driven.stop();
  expect(logs.records).toMatchObject([{ level: 'ERROR', tag: 'DAILY_SUMMARY' }]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RestartablePostgres, startRestartablePostgres } from './harness/restartable-postgres.ts';
import { type Stack, startStack } from './harness/start-stack.ts';
import { databaseRestart } from './trials/database-restart.ts';
import { lateStart } from './trials/late-start.ts';
import { manyAlerts } from './trials/many-alerts.ts';

let postgres: RestartablePostgres;
let stack: Stack;

beforeAll(async () => {
  postgres = await startRestartablePostgres();
  stack = await startStack({
    strategies: ['many', 'away', 'restarted'],
    server: postgres.url,
    orderQueues: 3,
    gateways: 2,
    paper: { PAPER_RATE_LIMITS: 'off' },
  });
});
afterAll(async () => {
  await stack?.stop();
  await postgres?.stop();
});

test('away for ten minutes: MARKET orders expire, LIMIT orders are planned, a cancel takes effect', async () => {
  expect(await lateStart(stack, 'away', 25)).toEqual([]);
});

// Killed processes are in crashes.test.ts, and both together in the soak.
test('a hundred alerts from two processes to three order queues: the exchange agrees with every row', async () => {
  const size = { alerts: 100, pairs: 4, senders: 2, killEveryMs: 500, kills: 0, settledWithinMs: 40_000 };
  expect((await manyAlerts(stack, 'many', size)).wrong).toEqual([]);
});

test('Postgres crashes in the middle of a burst: no alert is lost and no order sent twice', async () => {
  expect((await databaseRestart(stack, postgres, 'restarted', ['crash'], 80)).wrong).toEqual([]);
});

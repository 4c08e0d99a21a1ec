import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRestartablePostgres } from './harness/restartable-postgres.ts';
import { type Stack, startStack } from './harness/start-stack.ts';
import { databaseRestart } from './trials/database-restart.ts';
import { gracefulStop } from './trials/graceful-stop.ts';
import { hungAccount, hungAccountStrategies } from './trials/hung-account.ts';
import { lateStart } from './trials/late-start.ts';
import { manyAlerts } from './trials/many-alerts.ts';

describe('three order-queues', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({
      strategies: ['many', 'stopped', 'away', ...hungAccountStrategies],
      orderQueues: 3,
      gateways: 2,
      paper: { PAPER_RATE_LIMITS: 'off' },
      configure({ accounts }) {
        for (const { accounts: traded } of hungAccountStrategies)
          for (const name of traded) accounts[name]!.max_open_orders = 100;
      },
    });
  });
  afterAll(() => stack?.stop());

  test('a hundred alerts, and one process killed: the exchange agrees with every row', async () => {
    const { wrong } = await manyAlerts(stack, 'many', {
      alerts: 100,
      pairs: 4,
      senders: 2,
      killEveryMs: 500,
      settledWithinMs: 40_000,
    });
    expect(wrong).toEqual([]);
  });

  test('one account hangs on every call, and the other does not notice', async () => {
    expect((await hungAccount(stack, 3)).wrong).toEqual([]);
  });

  test('two of three are stopped in the middle of a burst, and leave nothing to take over', async () => {
    expect((await gracefulStop(stack, 'stopped')).wrong).toEqual([]);
  });

  test('away for ten minutes: MARKET orders expire, LIMIT orders are planned, a cancel takes effect', async () => {
    expect(await lateStart(stack, 'away')).toEqual([]);
  });
});

test('Postgres is restarted in the middle of a burst: no alert is lost and no order sent twice', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const postgres = await startRestartablePostgres();
  cleanUp.defer(() => postgres.stop());
  const stack = await startStack({ strategies: ['restarted'], orderQueues: 2, server: postgres.url });
  cleanUp.defer(() => stack.stop());
  expect((await databaseRestart(stack, postgres, 'restarted', ['crash'], 80)).wrong).toEqual([]);
});

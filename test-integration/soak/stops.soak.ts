import { expect, test } from 'vitest';
import { startRestartablePostgres } from '../harness/restartable-postgres.ts';
import { startStack } from '../harness/start-stack.ts';
import { databaseRestart } from '../trials/database-restart.ts';
import { gracefulStop } from '../trials/graceful-stop.ts';
import { lateStart } from '../trials/late-start.ts';
import { progress } from '../trials/progress.ts';

test('two of three order-queues are stopped in the middle of a burst; then all are away for ten minutes', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const stack = await startStack({ strategies: ['stopped', 'away'], orderQueues: 3 });
  cleanUp.defer(() => stack.stop());

  const { wrong, ...seen } = await gracefulStop(stack, 'stopped');
  progress(JSON.stringify(seen));
  expect(wrong).toEqual([]);

  expect(await lateStart(stack, 'away')).toEqual([]);
});

test('Postgres is restarted and crashes in the middle of a burst: no alert is lost and no order sent twice', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const postgres = await startRestartablePostgres();
  cleanUp.defer(() => postgres.stop());
  const stack = await startStack({ strategies: ['restarted'], orderQueues: 2, gateways: 2, server: postgres.url });
  cleanUp.defer(() => stack.stop());

  const { wrong, ...seen } = await databaseRestart(
    stack,
    postgres,
    'restarted',
    ['cleanly', 'crash', 'cleanly', 'crash'],
    150,
  );
  progress(JSON.stringify(seen));
  expect(wrong).toEqual([]);
});

import { expect, test } from 'vitest';
import { startStack } from '../harness/start-stack.ts';
import { progress } from '../trials/progress.ts';
import { rollout } from '../trials/rollout.ts';

/**
 * What two cores carry while they also start six processes: at 50 they answer half with 503, restart or not. On a machine
 * with more, ROLLOUT_RATE=50.
 */
const alertsPerSecond = Number(process.env.ROLLOUT_RATE ?? 20);

test('every replica is replaced under load for a minute: none refused or lost, nothing sent twice', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const accounts = ['first', 'second', 'third', 'fourth', 'fifth'];
  const stack = await startStack({ strategies: accounts, gateways: 2, orderQueues: 2, marketDatas: 2 });
  cleanUp.defer(() => stack.stop());
  const { wrong, ...seen } = await rollout(stack, accounts, { alertsPerSecond, seconds: 60 });
  progress(JSON.stringify(seen));
  if (wrong.length > 0) console.error(stack.logs());
  expect(wrong).toEqual([]);
  expect(seen.restarts).toBe(6);
});

import { expect, test } from 'vitest';
import { startStack } from '../harness/start-stack.ts';
import { progress } from '../trials/progress.ts';
import { rollout } from '../trials/rollout.ts';

/** Two cores carry it while they also start six processes, if they do nothing else; ROLLOUT_RATE is for fewer. */
const alertsPerSecond = Number(process.env.ROLLOUT_RATE ?? 50);

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

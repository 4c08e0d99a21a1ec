import { expect, test } from 'vitest';
import { startStack } from '../harness/start-stack.ts';
import { hungAccount, hungAccountStrategies, openLimit } from '../trials/hung-account.ts';
import { progress } from '../trials/progress.ts';

test('one account hangs 10 s on every call for 40 s of ten alerts a second, and the other does not notice', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const stack = await startStack({
    strategies: hungAccountStrategies,
    orderQueues: 2,
    configure({ accounts }) {
      for (const account of Object.values(accounts)) account.max_open_orders = openLimit;
    },
  });
  cleanUp.defer(() => stack.stop());
  const { wrong, ...seen } = await hungAccount(stack, 40);
  progress(JSON.stringify(seen));
  expect(wrong).toEqual([]);
});

import { expect, test } from 'vitest';
import { manyAlerts, startStackForMany } from '../trials/many-alerts.ts';
import { progress } from '../trials/progress.ts';

test('2,000 alerts on 10 pairs from 4 processes, one of 3 order-queues killed every 5 s', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const stack = await startStackForMany('many');
  cleanUp.defer(() => stack.stop());
  const { wrong, ...seen } = await manyAlerts(stack, 'many', {
    alerts: 2_000,
    pairs: 10,
    senders: 4,
    killEveryMs: 5_000,
    settledWithinMs: 120_000,
  });
  progress(JSON.stringify(seen));
  if (wrong.length > 0) console.error(stack.logs());
  expect(wrong).toEqual([]);
  expect(seen.highest).toBe(20);
  expect(seen.kills).toBeGreaterThan(2);
});

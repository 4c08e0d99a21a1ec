import { expect, test } from 'vitest';
import { useStack } from '../harness/use-stack.ts';
import { buyThenCancelAll, options } from '../trials/buy-then-cancel-all.ts';

const pairs = 1_000;
const stack = useStack(options);

test('1,000 pairs of a buy and a CANCEL_ALL_ORDER, from 4 gateways 0 to 5 ms apart, take effect in arrival order', async () => {
  const { before, after, wrong } = await buyThenCancelAll(stack(), pairs);
  expect(wrong).toEqual([]);
  expect(before + after).toBe(pairs);
  expect(Math.min(before, after)).toBeGreaterThan(10);
});

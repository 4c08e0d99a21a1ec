import { expect, test } from 'vitest';
import { useStack } from './harness/use-stack.ts';
import { buyThenCancelAll, options } from './trials/buy-then-cancel-all.ts';

// A slice; all 1,000 pairs are sent in soak/intake-order.soak.ts.
const pairs = 200;
const stack = useStack(options);

test('a buy and a CANCEL_ALL_ORDER, from 4 gateways 0 to 5 ms apart, take effect in arrival order', async () => {
  const { before, after, wrong } = await buyThenCancelAll(stack(), pairs);
  expect(wrong).toEqual([]);
  expect(before + after).toBe(pairs);
  // Either order has to occur, or nothing was tried.
  expect(Math.min(before, after)).toBeGreaterThan(0);
});

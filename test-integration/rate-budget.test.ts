import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './harness/eventually.ts';
import type { Stack } from './harness/start-stack.ts';
import {
  farthestOutOfRank,
  immediates,
  pushOrders,
  refusedForRate,
  startStackForRates,
  waiting,
} from './trials/rate-budget.ts';

const trial = { accounts: ['rate-one', 'rate-two'], ordersPer10s: 40, orders: 400 };
let stack: Stack;
beforeAll(async () => {
  stack = await startStackForRates(trial);
});
afterAll(async () => {
  await stack?.stop();
});

test('three order-queues that are given ten times what the exchange takes are refused nothing; MARKET and CANCEL pass', async () => {
  await pushOrders(stack, trial);
  for (const account of trial.accounts) {
    await eventually(async () => expect(await waiting(stack, account)).toBeGreaterThan(300));
    const { marketMs, cancelMs } = await immediates(stack, account);
    expect(marketMs).toBeLessThan(2_000);
    expect(cancelMs).toBeLessThan(2_000);
    // They passed orders that still wait.
    expect(await waiting(stack, account)).toBeGreaterThan(300);
    expect(await farthestOutOfRank(stack, account)).toBeLessThanOrEqual(40);
  }
  expect(await refusedForRate(stack)).toBe(0);
});

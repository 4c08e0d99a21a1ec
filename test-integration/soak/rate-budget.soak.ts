import { expect, test } from 'vitest';
import { binanceSpot } from '../harness/test-venues.ts';
import {
  everythingOpen,
  farthestOutOfRank,
  immediates,
  pushOrders,
  refusedForRate,
  startStackForRates,
} from '../trials/rate-budget.ts';

test('ten times what the exchange takes in 10 s, on four accounts from three order-queues: nothing is refused, all arrives', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const trial = { accounts: ['rate-1', 'rate-2', 'rate-3', 'rate-4'], ordersPer10s: 40, orders: 400 };
  const stack = await startStackForRates(trial);
  cleanUp.defer(() => stack.stop());
  await pushOrders(stack, trial);
  for (const account of trial.accounts) {
    const { marketMs, cancelMs } = await immediates(stack, account);
    expect(marketMs).toBeLessThan(2_000);
    expect(cancelMs).toBeLessThan(2_000);
  }
  await everythingOpen(stack, trial, 300_000);
  for (const account of trial.accounts) expect(await farthestOutOfRank(stack, account)).toBeLessThanOrEqual(40);
  expect(await refusedForRate(stack)).toBe(0);
});

test('the same on Binance spot, where single requests travel side by side and cancels give nothing back', async () => {
  await using cleanUp = new AsyncDisposableStack();
  const trial = { venue: binanceSpot, accounts: ['rate-coins'], ordersPer10s: 40, orders: 200 };
  const stack = await startStackForRates(trial);
  cleanUp.defer(() => stack.stop());
  await pushOrders(stack, trial);
  const { marketMs, cancelMs } = await immediates(stack, 'rate-coins');
  expect(marketMs).toBeLessThan(2_000);
  expect(cancelMs).toBeLessThan(2_000);
  await everythingOpen(stack, trial, 150_000);
  expect(await farthestOutOfRank(stack, 'rate-coins')).toBeLessThanOrEqual(40);
  expect(await refusedForRate(stack)).toBe(0);
});

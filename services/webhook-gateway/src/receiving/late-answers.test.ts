import type { AlertAnswer } from '@sluice/contracts';
import { captureLogs } from '@sluice/telemetry/testing';
import { expect, test } from 'vitest';
import { refusalAnswer } from './compose-answer.ts';
import { startLateAnswers } from './late-answers.ts';

const answer = refusalAnswer(
  { id: 'a1', strategy: 's1', duplicateOf: null, warnings: [], totalOrders: 3, accounts: 2 },
  'halted',
);

test('a result is told of once when it is there, whatever became of the looks before', async () => {
  using logs = captureLogs();
  const looks: (() => Promise<AlertAnswer | null>)[] = [
    async () => {
      throw new Error('the store is away');
    },
    async () => null,
    async () => answer,
  ];
  let looked = 0;
  const look = () => {
    looked += 1;
    return (looks.shift() ?? (async () => answer))();
  };
  const begin = () => {
    throw new Error('nobody waits here');
  };
  const late = startLateAnswers({ look, begin }, 5);
  late.follow('a1', performance.now() - 4_000);
  const told = () => logs.records.filter(({ module }) => module === 'late_answer');
  await expect.poll(told).toHaveLength(1);
  late.follow('a2', performance.now() - 11 * 60_000);
  looks.push(async () => null);
  await expect.poll(() => looked).toBe(4);
  late.follow('a3', performance.now());
  await expect.poll(told).toHaveLength(2);
  await late.stop();

  // The second is given up: it would have been told of with the third.
  expect(told()).toMatchObject([
    { level: 'INFO', attributes: { alert_id: 'a1', success: false, error: 'halted', orders: 3, accounts: 2 } },
    { level: 'INFO', attributes: { alert_id: 'a3' } },
  ]);
  expect(told()[0]!.attributes.duration_ms).toBeGreaterThanOrEqual(4_000);
});

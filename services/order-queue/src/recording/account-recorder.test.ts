import { expect, test } from 'vitest';
import { nothingCommitted } from '../planning/plan-and-write.ts';
import type { Outcome } from '../sending/outcome.ts';
import { AccountRecorder } from './account-recorder.ts';

const seen = (orderId: number) => ({ kind: 'report', orderId, carrier: {} }) as Outcome;
const sent = (orderId: number) => ({ kind: 'place', task: { orderId, carrier: {} } }) as Outcome;

test('while the store is away only so much is kept of what polls and the stream saw, and all of what was sent', async () => {
  const recorded: Outcome[] = [];
  const { promise: back, resolve: comeBack } = Promise.withResolvers<void>();
  let first = true;
  const recorder = new AccountRecorder(
    async (outcomes) => {
      if (first) await back;
      first = false;
      recorded.push(...outcomes);
      return nothingCommitted;
    },
    () => {},
  );
  recorder.add([seen(0)]);
  for (let order = 1; order <= 30_000; order += 1) recorder.add([order % 1_000 === 0 ? sent(order) : seen(order)]);
  comeBack();
  await recorder.drain();

  expect(recorded.filter((outcome) => outcome.kind === 'place')).toHaveLength(30);
  expect(recorded.length).toBeLessThanOrEqual(5_001);
  expect(recorded.at(-1)).toMatchObject({ kind: 'place', task: { orderId: 30_000 } });
});

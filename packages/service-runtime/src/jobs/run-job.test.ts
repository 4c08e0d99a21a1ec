import { expect, test } from 'vitest';
import { runJob } from './run-job.ts';

const job = {
  id: 'tick',
  aliases: [],
  tag: 'TICK',
  service: 'order-queue',
  trigger: { kind: 'interval', seconds: 1 },
  atStart: false,
  expireInSeconds: 60,
  title: 'Tick',
  what: 'Ticks',
} as const;
const request = { job, replica: 'a', slot: undefined, signal: new AbortController().signal };

test('a run whose process stood still is told to end and does not count as done, since another may have begun', async () => {
  const told = Promise.withResolvers<string>();
  const { record } = await runJob({
    ...request,
    stoodStillMs: 80,
    handler: async ({ signal }) => {
      signal.addEventListener('abort', () => told.resolve(signal.reason.message));
      // Nothing of this process runs meanwhile, as when it is frozen.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      await told.promise;
      return { changed: true };
    },
  });
  expect(record).toMatchObject({
    outcome: 'aborted',
    error: expect.stringMatching(/^its process stood still for \d+ ms$/),
  });
});

test('a run that takes its time in a process that is awake goes on', async () => {
  const { record } = await runJob({
    ...request,
    handler: async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { changed: true };
    },
  });
  expect(record).toMatchObject({ outcome: 'changed', error: undefined });
});

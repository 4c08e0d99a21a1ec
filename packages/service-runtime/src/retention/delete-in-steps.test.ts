import { expect, test } from 'vitest';
import { deleteInSteps, type RetentionStep } from './delete-in-steps.ts';

/** Rows 0 to `count` - 1, the even ones old enough and free to go. */
function rows(name: string, count: number, onBatch: (limit: number) => void = () => {}) {
  const left = new Set(Array.from({ length: count }, (_, at) => at));
  const step: RetentionStep = {
    name,
    async deleteSome(limit, after) {
      onBatch(limit);
      const batch = [...left].filter((row) => after === null || row > Number(after)).slice(0, limit);
      const gone = batch.filter((row) => row % 2 === 0);
      for (const row of gone) left.delete(row);
      return { deleted: gone.length, next: batch.length < limit ? null : String(batch.at(-1)) };
    },
  };
  return { step, left };
}

const never = new AbortController().signal;

test('every row is looked at once, those that stay are walked past, and the counts are told by name', async () => {
  const receipts = rows('receipts', 5_001);
  const letters = rows('dead letters', 3);
  expect(await deleteInSteps([receipts.step, letters.step], { signal: never, pauseMs: 0 })).toEqual({
    receipts: 2_501,
    'dead letters': 2,
  });
  expect(receipts.left.size).toBe(2_500);
});

test('a run that is aborted keeps what it did, and the next one ends with the same rows as one that was not', async () => {
  const stop = new AbortController();
  let batches = 0;
  const broken = rows('receipts', 4_000, () => {
    batches += 1;
    if (batches === 2) stop.abort(new Error('the process stops'));
  });
  await expect(deleteInSteps([broken.step], { signal: stop.signal, pauseMs: 0 })).rejects.toThrow('the process stops');
  expect(broken.left.size).toBeLessThan(4_000);
  expect(broken.left.size).toBeGreaterThan(2_000);
  const first = 4_000 - broken.left.size;
  expect(await deleteInSteps([broken.step], { signal: never, pauseMs: 0 })).toEqual({ receipts: 2_000 - first });
});

test('a batch the database cancels for its length is tried again at half its size, down to the smallest', async () => {
  const limits: number[] = [];
  const canceled = Object.assign(new Error('canceling statement due to statement timeout'), {
    code: '57014',
    severity: 'ERROR',
  });
  const slow = rows('receipts', 10, (limit) => {
    limits.push(limit);
    if (limit > 100) throw canceled;
  });
  expect(await deleteInSteps([slow.step], { signal: never, pauseMs: 0 })).toEqual({ receipts: 5 });
  expect(limits).toEqual([500, 250, 125, 62]);
  const hopeless = rows('receipts', 10, () => {
    throw canceled;
  });
  await expect(deleteInSteps([hopeless.step], { signal: never, pauseMs: 0 })).rejects.toBe(canceled);
});

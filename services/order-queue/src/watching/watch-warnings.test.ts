import { expect, test } from 'vitest';
import { warningsOf } from './watch-warnings.ts';

const quiet = { duePairs: 3, dueRetries: 0, oldestSeconds: 1 };

test('due work that is being done is no backlog', () => {
  expect(warningsOf(quiet, [])).toEqual([]);
});

test('a pair that has been due for more than half a minute is a backlog', () => {
  expect(warningsOf({ ...quiet, oldestSeconds: 31 }, [])).toMatchObject([{ kind: 'backlog', subject: 'order-queue' }]);
});

test('more than a hundred due pairs and look-ups together are a backlog', () => {
  expect(warningsOf({ duePairs: 60, dueRetries: 41, oldestSeconds: 2 }, [])).toMatchObject([{ kind: 'backlog' }]);
});

test('each process above four fifths of its memory limit is named', () => {
  const warnings = warningsOf(quiet, [
    { subject: 'market-data a', share: 0.81 },
    { subject: 'order-queue b', share: 0.8 },
  ]);
  expect(warnings).toMatchObject([{ kind: 'memory', subject: 'market-data a' }]);
});

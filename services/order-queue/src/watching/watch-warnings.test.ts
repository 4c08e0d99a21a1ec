import { expect, test } from 'vitest';
import { warningsOf } from './watch-warnings.ts';

const NOW = Date.parse('2027-12-18T00:00:00Z');
const quiet = { duePairs: 3, dueRetries: 0, oldestSeconds: 1 };

test('due work that is being done is no backlog', () => {
  expect(warningsOf(quiet, [], [], NOW)).toEqual([]);
});

test('a pair that has been due for more than half a minute is a backlog', () => {
  expect(warningsOf({ ...quiet, oldestSeconds: 31 }, [], [], NOW)).toMatchObject([
    { kind: 'backlog', subject: 'order-queue' },
  ]);
});

test('more than a hundred due pairs and look-ups together are a backlog', () => {
  expect(warningsOf({ duePairs: 60, dueRetries: 41, oldestSeconds: 2 }, [], [], NOW)).toMatchObject([
    { kind: 'backlog' },
  ]);
});

test('each process above four fifths of its memory limit is named', () => {
  const warnings = warningsOf(
    quiet,
    [
      { subject: 'market-data a', share: 0.81 },
      { subject: 'order-queue b', share: 0.8 },
    ],
    [],
    NOW,
  );
  expect(warnings).toMatchObject([{ kind: 'memory', subject: 'market-data a' }]);
});

test('an exchange whose holidays are known for two more weeks is named, and one that knows next year is not', () => {
  const calendars = [
    { name: 'KRX', knownUntil: '2027-12-31' },
    { name: 'XYZ', knownUntil: '2028-12-31' },
  ];
  expect(warningsOf(quiet, [], calendars, NOW)).toMatchObject([{ kind: 'holidays', subject: 'KRX' }]);
  expect(warningsOf(quiet, [], calendars, NOW - 5 * 86_400_000)).toEqual([]);
});

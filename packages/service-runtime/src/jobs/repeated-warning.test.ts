import { expect, test } from 'vitest';
import { RepeatedWarning } from './repeated-warning.ts';

test('the first passes, then one each 30 s that says how many were held back', () => {
  const warning = new RepeatedWarning();
  expect([0, 1, 29_999, 30_000, 30_001].map((now) => warning.pass('refused', now))).toEqual([
    0,
    undefined,
    undefined,
    2,
    undefined,
  ]);
});

test('one kind does not hold back another', () => {
  const warning = new RepeatedWarning();
  expect(warning.pass('refused', 0)).toBe(0);
  expect(warning.pass('slow', 1)).toBe(0);
});

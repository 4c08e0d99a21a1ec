import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retryDelay } from './retry-delay.ts';

describe('The delay before a retry', () => {
  test.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [7, 60_000],
    [500, 60_000],
  ])('after failure %d is at most %d ms, and at least half of it', (failures, full) => {
    expect(retryDelay(failures, 0, null)).toBe(full / 2);
    expect(retryDelay(failures, 0.999_999, null)).toBe(full);
  });

  test('obeys Retry-After, also beyond the maximum', () => {
    expect(retryDelay(1, 0, 120_000)).toBe(120_000);
    expect(retryDelay(1, 0.5, 120_000)).toBe(126_000);
    expect(retryDelay(5, 0, 100)).toBe(8_000);
  });

  test('is never shorter than Retry-After nor, without one, longer than 60 s', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.option(fc.integer({ min: 0, max: 300_000 })),
        (failures, random, after) => {
          const delay = retryDelay(failures, random, after);
          expect(delay).toBeGreaterThanOrEqual(after ?? 500);
          if (after === null) expect(delay).toBeLessThanOrEqual(60_000);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

import type { HrTime } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { increasingTime } from './increasing-time.ts';

const nanosecondsOf = ([seconds, nanos]: HrTime) => BigInt(seconds) * 1_000_000_000n + BigInt(nanos);

test('lines of one millisecond are a nanosecond apart, and the first keeps its time', () => {
  const next = increasingTime();
  expect([next([7, 5_000_000]), next([7, 5_000_000]), next([7, 5_000_000]), next([7, 6_000_000])]).toEqual([
    [7, 5_000_000],
    [7, 5_000_001],
    [7, 5_000_002],
    [7, 6_000_000],
  ]);
});

test('the last nanosecond of a second is followed by the next second', () => {
  const next = increasingTime();
  next([7, 999_999_999]);
  expect(next([7, 999_999_999])).toEqual([8, 0]);
});

test('times never repeat and never go back while the clock goes back by less than a second', () => {
  const step = fc.integer({ min: -900, max: 40 });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const next = increasingTime();
      let furthestMs = 1_764_000_000_000;
      let last = 0n;
      for (const stepMs of steps) {
        const nowMs = furthestMs + stepMs;
        furthestMs = Math.max(furthestMs, nowMs);
        const time = next([Math.trunc(nowMs / 1_000), (nowMs % 1_000) * 1_000_000]);
        expect(nanosecondsOf(time)).toBeGreaterThan(last);
        expect(time[1]).toBeLessThan(1e9);
        last = nanosecondsOf(time);
      }
    }),
  );
});

test('a clock that is set back by more is followed, so that new lines are not in the future', () => {
  const next = increasingTime();
  next([3_607, 0]);
  expect(next([7, 0])).toEqual([7, 0]);
  expect(next([7, 0])).toEqual([7, 1]);
});

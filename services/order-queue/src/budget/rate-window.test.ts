import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RECEIVE_WINDOW_MS } from '../orders/claim-time.ts';
import { CLOCK_ERROR_MS, overAt, windowOfAnswer, windowsHit } from './rate-window.ts';

const lengths = fc.constantFrom(10_000, 60_000);
const instants = fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 });

describe('a request is charged', () => {
  test('to the window it leaves in, when it is sure to arrive in it', () => {
    expect(windowsHit(1_700_000_005_000, 10_000)).toEqual([170_000_000]);
  });

  test('to the next one as well, when it may arrive in that', () => {
    expect(windowsHit(1_700_000_008_000, 10_000)).toEqual([170_000_000, 170_000_001]);
  });

  test('to the one before as well, right after its end: our clock may be ahead', () => {
    expect(windowsHit(1_700_000_010_100, 10_000)).toEqual([170_000_000, 170_000_001]);
  });

  test('to the window it arrives in, whenever that is within the receive window and whatever our clock is off', () => {
    fc.assert(
      fc.property(
        instants,
        lengths,
        fc.integer({ min: 0, max: RECEIVE_WINDOW_MS }),
        fc.integer({ min: -CLOCK_ERROR_MS, max: 0 }),
        (at, length, under, off) => {
          expect(windowsHit(at, length)).toContain(Math.floor((at + under + off) / length));
        },
      ),
    );
  });

  test('of a second, to that in which it arrives as a rule: at most two, not the five of its receive window', () => {
    expect(windowsHit(1_700_000_000_300, 1_000)).toEqual([1_700_000_000]);
    expect(windowsHit(1_700_000_000_600, 1_000)).toEqual([1_700_000_000, 1_700_000_001]);
  });

  test('to a window no more once it is over', () => {
    fc.assert(
      fc.property(instants, lengths, (at, length) => {
        const windowNo = Math.floor(at / length);
        expect(windowsHit(overAt(windowNo, length), length)).not.toContain(windowNo);
        expect(windowsHit(overAt(windowNo, length) - 1, length)).toContain(windowNo);
      }),
    );
  });
});

test('a count that came around the end of a window belongs to none for sure', () => {
  expect(windowOfAnswer(1_700_000_005_000, 1_700_000_005_050, 10_000)).toBe(170_000_000);
  expect(windowOfAnswer(1_700_000_009_900, 1_700_000_010_050, 10_000)).toBeNull();
});

import { describe, expect, test } from 'vitest';
import { wallClock } from './wall-clock.ts';

const seoul = wallClock('Asia/Seoul');
const newYork = wallClock('America/New_York');
const now = Date.parse('2025-10-23T06:00:00Z');

describe('a clock on the wall', () => {
  test('shows an instant as the zone does', () => {
    expect(seoul.show(Date.parse('2025-10-23T05:08:29.999Z'))).toBe('2025-10-23 14:08:29');
    expect(newYork.show(Date.parse('2025-01-02T03:04:05Z'))).toBe('2025-01-01 22:04:05');
    expect(newYork.show(Date.parse('2025-07-02T04:00:00Z'))).toBe('2025-07-02 00:00:00');
  });

  test.each([
    ['2025-10-23 14:08:29', '2025-10-23T05:08:29.000Z'],
    ['2025-10-23T14:08:29.5', '2025-10-23T05:08:29.500Z'],
    ['2025-10-23 14:08', '2025-10-23T05:08:00.000Z'],
    ['2025-10-23', '2025-10-22T15:00:00.000Z'],
    ['2025-10-23T05:08:29Z', '2025-10-23T05:08:29.000Z'],
    ['2025-10-23T14:08:29+09:00', '2025-10-23T05:08:29.000Z'],
    ['2025-10-23T14:08:29 09:00', '2025-10-23T05:08:29.000Z'],
    ['2025-10-23T01:38:29-0330', '2025-10-23T05:08:29.000Z'],
    ['15m', '2025-10-23T05:45:00.000Z'],
    ['7d', '2025-10-16T06:00:00.000Z'],
  ])('reads %s in Seoul', (text, instant) => {
    expect(new Date(seoul.read(text, now)!).toISOString()).toBe(instant);
  });

  test('reads what it shows, on both sides of a change of the clock', () => {
    for (const day of ['2025-03-09', '2025-11-02', '2025-06-15']) {
      for (let hour = 0; hour < 24; hour += 1) {
        const instant = Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000;
        const read = newYork.read(newYork.show(instant), now)!;
        // The hour that comes twice in November is one or the other of the two.
        expect(newYork.show(read)).toBe(newYork.show(instant));
      }
    }
  });

  test.each([
    '',
    'now',
    '2025-13-01',
    '2025-02-30',
    '25-10-23',
    '2025-10-23 25:00',
    '2025-10-23 14:08 KST',
    '1w',
    '-5m',
  ])('does not read %s', (text) => {
    expect(seoul.read(text, now)).toBeNull();
  });
});

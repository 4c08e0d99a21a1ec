import type { JobSchedule } from '@sluice/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTicker } from './job-ticker.ts';

const every = (seconds: number): JobSchedule => ({ trigger: { kind: 'interval', seconds }, timeZone: 'UTC' });

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_400 });
});

afterEach(() => {
  vi.useRealTimers();
});

test('it ticks 15 ms after each second, once per second, and not after its stop', () => {
  const ticks: { slot: number; at: number }[] = [];
  const ticker = startTicker({
    schedule: every(1),
    now: () => Date.now(),
    send: (slot) => ticks.push({ slot: slot.getTime(), at: Date.now() }),
  });
  vi.advanceTimersByTime(3_000);
  ticker.stop();
  vi.advanceTimersByTime(3_000);
  expect(ticks).toEqual([1_001_000, 1_002_000, 1_003_000].map((slot) => ({ slot, at: slot + 15 })));
});

test('it follows the clock it is given, not the one of the machine', () => {
  const slots: number[] = [];
  const ticker = startTicker({
    schedule: every(1),
    now: () => Date.now() + 300,
    send: (slot) => slots.push(slot.getTime()),
  });
  // 1,000,700 there: the next second begins in 300 ms.
  vi.advanceTimersByTime(314);
  expect(slots).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(slots).toEqual([1_001_000]);
  ticker.stop();
});

test('a period longer than a timer can wait is kept', () => {
  const slots: number[] = [];
  const ticker = startTicker({
    schedule: every(21_600),
    now: () => Date.now(),
    send: (slot) => slots.push(slot.getTime()),
  });
  vi.advanceTimersByTime(21_600_000 * 2);
  ticker.stop();
  expect(slots).toEqual([21_600_000, 43_200_000]);
});

test('a clock that jumps back sends no slot twice', () => {
  let skew = 0;
  const slots: number[] = [];
  const ticker = startTicker({
    schedule: every(1),
    now: () => Date.now() + skew,
    send: (slot) => slots.push(slot.getTime()),
  });
  vi.advanceTimersByTime(1_000);
  skew = -100;
  vi.advanceTimersByTime(2_000);
  ticker.stop();
  expect(new Set(slots).size).toBe(slots.length);
});

test('it ticks at the times of a cron expression in its zone', () => {
  const slots: string[] = [];
  const schedule: JobSchedule = { trigger: { kind: 'cron', hour: 9, minute: '20,30' }, timeZone: 'Asia/Seoul' };
  const ticker = startTicker({ schedule, now: () => Date.now(), send: (slot) => slots.push(slot.toISOString()) });
  // From 09:16:40 there.
  vi.advanceTimersByTime(20 * 60_000);
  ticker.stop();
  expect(slots).toEqual(['1970-01-01T00:20:00.000Z', '1970-01-01T00:30:00.000Z']);
});

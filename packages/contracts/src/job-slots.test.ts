import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jobCatalogue } from './job-catalogue.ts';
import { isoInZone, type JobSchedule, periodSeconds, slotAt, slotsAfter, slotsBetween } from './job-slots.ts';
import type { JobTrigger } from './job-trigger.ts';

const seoul = (trigger: JobTrigger): JobSchedule => ({ trigger, timeZone: 'Asia/Seoul' });
const schedules = jobCatalogue.map((job) => seoul(job.trigger));

test.each([
  [{ kind: 'interval', seconds: 31 }, '2026-01-01T00:00:01Z', '2026-01-01T00:00:18.000Z'],
  [{ kind: 'cron', hour: 21, minute: 3 }, '2026-01-01T12:02:59Z', '2026-01-01T12:03:00.000Z'],
  [{ kind: 'cron', hour: 21, minute: 3 }, '2026-01-01T12:03:00Z', '2026-01-02T12:03:00.000Z'],
  [{ kind: 'cron', hour: 0, minute: 0, second: 13 }, '2025-12-31T20:00:00Z', '2026-01-01T15:00:13.000Z'],
  [{ kind: 'cron', minute: 15 }, '2026-01-01T00:15:00Z', '2026-01-01T01:15:00.000Z'],
] as const)('the slot of %j after %s is %s in Seoul', (trigger, after, next) => {
  expect(slotsAfter(seoul(trigger), Date.parse(after), 1)[0]?.toISOString()).toBe(next);
});

test('a daily job keeps its time of day when the clocks change', () => {
  const schedule = { trigger: { kind: 'cron', hour: 21, minute: 3 }, timeZone: 'America/New_York' } as const;
  const days = slotsAfter(schedule, Date.parse('2026-03-08T00:00:00Z'), 3);
  expect(days.map((day) => isoInZone(day, 'America/New_York'))).toEqual([
    '2026-03-07T21:03:00-05:00',
    '2026-03-08T21:03:00-04:00',
    '2026-03-09T21:03:00-04:00',
  ]);
});

test('the next slot is ahead, the slot of an instant is not, and none lies between the two', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.constantFrom(...schedules), (now, schedule) => {
      const at = slotAt(schedule, now).getTime();
      const [next] = slotsAfter(schedule, now, 1);
      expect(at).toBeLessThanOrEqual(now);
      expect(next!.getTime()).toBeGreaterThan(now);
      expect(slotsBetween(schedule, at, next!.getTime())).toBe(0);
      expect(slotAt(schedule, next!.getTime())).toEqual(next);
    }),
    { numRuns: 200 },
  );
});

test('slots between two instants are counted as they are listed', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4e12 }),
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(...schedules),
      (now, count, schedule) => {
        const slots = slotsAfter(schedule, now, count + 1);
        expect(slotsBetween(schedule, now, slots[count]!.getTime())).toBe(count);
        expect(slotsBetween(schedule, slots[0]!.getTime(), slots[count]!.getTime())).toBe(count - 1);
      },
    ),
    { numRuns: 100 },
  );
});

test.each([
  [{ kind: 'interval', seconds: 29 }, 29],
  [{ kind: 'cron', minute: 15 }, 3_600],
  [{ kind: 'cron', hour: 3, minute: 7 }, 86_400],
  [{ kind: 'cron', minute: '*/5', hour: '9-15' }, 300],
  [{ kind: 'cron', minute: 0, hour: 9, weekday: 'MON' }, 604_800],
] as const)('two runs of %j are about %d s apart', (trigger, seconds) => {
  expect(periodSeconds(trigger)).toBe(seconds);
});

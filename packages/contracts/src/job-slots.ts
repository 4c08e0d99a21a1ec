import { CronExpressionParser } from 'cron-parser';
import { cronExpression, type JobTrigger, triggerText } from './job-trigger.ts';

/** A trigger and the zone its clock is read in, an IANA name; an interval has no use for the zone. */
export type JobSchedule = { trigger: JobTrigger; timeZone: string };

/** Says which schedule it is: what replicas compare, in words a person reads too. */
export function scheduleText({ trigger, timeZone }: JobSchedule): string {
  return trigger.kind === 'interval' ? triggerText(trigger) : `${triggerText(trigger)} ${timeZone}`;
}

/** Counting stops here: a job that was away for so many slots was away. */
const MOST_SLOTS = 10_000;

/** The next `count` slots after an instant in ms since the epoch. */
export function slotsAfter({ trigger, timeZone }: JobSchedule, afterMs: number, count: number): Date[] {
  switch (trigger.kind) {
    case 'interval': {
      const periodMs = trigger.seconds * 1_000;
      const first = (Math.floor(afterMs / periodMs) + 1) * periodMs;
      return Array.from({ length: count }, (_, index) => new Date(first + index * periodMs));
    }
    case 'cron': {
      const walk = CronExpressionParser.parse(cronExpression(trigger), {
        tz: timeZone,
        currentDate: new Date(afterMs),
      });
      return Array.from({ length: count }, () => walk.next().toDate());
    }
  }
}

/** The slot an instant belongs to: the last one at or before it. */
export function slotAt({ trigger, timeZone }: JobSchedule, atMs: number): Date {
  switch (trigger.kind) {
    case 'interval': {
      const periodMs = trigger.seconds * 1_000;
      return new Date(Math.floor(atMs / periodMs) * periodMs);
    }
    case 'cron': {
      // The walk back begins strictly before its date.
      const currentDate = new Date(atMs + 1);
      return CronExpressionParser.parse(cronExpression(trigger), { tz: timeZone, currentDate }).prev().toDate();
    }
  }
}

/** How many slots lie between two instants, neither of them counted; never more than 10,000 of a cron expression. */
export function slotsBetween(schedule: JobSchedule, afterMs: number, beforeMs: number): number {
  const { trigger, timeZone } = schedule;
  if (beforeMs <= afterMs) return 0;
  switch (trigger.kind) {
    case 'interval': {
      const periodMs = trigger.seconds * 1_000;
      return Math.max(0, Math.ceil(beforeMs / periodMs) - Math.floor(afterMs / periodMs) - 1);
    }
    case 'cron': {
      const walk = CronExpressionParser.parse(cronExpression(trigger), {
        tz: timeZone,
        currentDate: new Date(afterMs),
      });
      let count = 0;
      while (count < MOST_SLOTS && walk.next().getTime() < beforeMs) count += 1;
      return count;
    }
  }
}

/** A Thursday; which day is looked at does not matter to "about". */
const SOME_DAY = Date.UTC(2026, 0, 1);

/** About how far apart two runs are: of a cron expression the least of the next few distances. */
export function periodSeconds(trigger: JobTrigger): number {
  if (trigger.kind === 'interval') return trigger.seconds;
  const slots = slotsAfter({ trigger, timeZone: 'UTC' }, SOME_DAY, 6).map((slot) => slot.getTime());
  return Math.min(...slots.slice(1).map((slot, index) => slot - slots[index]!)) / 1_000;
}

/** `2025-10-10T08:34:30+09:00`: an instant as clocks of the zone show it. */
export function isoInZone(at: Date, timeZone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  return zoned.toString({ timeZoneName: 'never', smallestUnit: 'second' });
}

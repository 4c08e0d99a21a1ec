import { jobCatalogue } from '@sluice/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cronExpression, periodSeconds, slotAt, untilNextTick } from './triggers.ts';

test.each([
  [{ kind: 'cron', minute: 15 }, '0 15 * * * *', 3_600],
  [{ kind: 'cron', minute: 7, hour: 3 }, '0 7 3 * * *', 86_400],
  [{ kind: 'cron', minute: 0, hour: 0, second: 13 }, '13 0 0 * * *', 86_400],
  [{ kind: 'cron', minute: '*/5', hour: '9-15' }, '0 */5 9-15 * * *', 86_400],
] as const)('%o is the expression %s', (trigger, expression, period) => {
  expect(cronExpression(trigger)).toBe(expression);
  expect(periodSeconds(trigger)).toBe(period);
});

test('every slot of the catalogue is a multiple of its period, and the next tick is always ahead and inside one period', () => {
  const periods = jobCatalogue.flatMap((job) => (job.trigger.kind === 'interval' ? [job.trigger.seconds] : []));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.constantFrom(...periods), (now, seconds) => {
      const slot = slotAt(now, seconds).getTime();
      expect(slot % (seconds * 1_000)).toBe(0);
      expect(now - slot).toBeGreaterThanOrEqual(0);
      expect(now - slot).toBeLessThan(seconds * 1_000);
      const wait = untilNextTick(now, seconds, 15);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(seconds * 1_000);
      expect((now + wait - 15) % (seconds * 1_000)).toBe(0);
    }),
  );
});

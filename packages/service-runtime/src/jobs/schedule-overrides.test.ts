import { jobCatalogue } from '@sluice/contracts';
import { expect, test } from 'vitest';
import { overrideSchedules } from './schedule-overrides.ts';

const triggerOf = (id: string, text: string | undefined) =>
  overrideSchedules(jobCatalogue, text).find((job) => job.id === id)!.trigger;

test.each([
  ['every 29 s', { kind: 'interval', seconds: 29 }],
  ['every 5min', { kind: 'interval', seconds: 300 }],
  ['every 6 h', { kind: 'interval', seconds: 21_600 }],
  ['hourly at :17', { kind: 'cron', minute: 17 }],
  ['daily 21:03', { kind: 'cron', hour: 21, minute: 3 }],
  ['daily 00:00:13', { kind: 'cron', hour: 0, minute: 0, second: 13 }],
])('%s is read', (schedule, trigger) => {
  expect(triggerOf('price_cache', `price_cache=${schedule}`)).toEqual(trigger);
});

test('without the setting the catalogue stands', () => {
  expect(overrideSchedules(jobCatalogue, undefined)).toEqual(jobCatalogue);
});

test('several jobs are changed at once, also by another name, and the rest stays', () => {
  const text = 'price_cache=every 37 s; auto_rebalance_accounts = hourly at :19;';
  expect(triggerOf('price_cache', text)).toEqual({ kind: 'interval', seconds: 37 });
  expect(triggerOf('auto_rebalance', text)).toEqual({ kind: 'cron', minute: 19 });
  expect(triggerOf('market_info', text)).toEqual({ kind: 'interval', seconds: 317 });
});

test.each(['every 0 s', 'every 2 d', 'every 25 h', 'hourly at :60', 'daily 24:00', 'daily 3:07', '* * * * *', ''])(
  'the schedule "%s" is refused with what may be written',
  (schedule) => {
    expect(() => triggerOf('price_cache', `price_cache=${schedule}`)).toThrow('write "every 29 s"');
  },
);

test('a job that does not exist is refused', () => {
  expect(() => overrideSchedules(jobCatalogue, 'prices=every 1 s')).toThrow('JOB_SCHEDULES names prices');
});

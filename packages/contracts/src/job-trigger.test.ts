import { expect, test } from 'vitest';
import { jobCatalogue } from './job-catalogue.ts';
import { cronExpression, describeTrigger, readCron, triggerText } from './job-trigger.ts';

test('each job of the catalogue is worded as clients of the status know it', () => {
  const words = Object.fromEntries(jobCatalogue.map(({ id, trigger }) => [id, describeTrigger(trigger)]));
  expect(words).toMatchObject({
    queue_rebalancer: 'interval[0:00:01]',
    price_cache: 'interval[0:00:31]',
    market_info: 'interval[0:05:17]',
    securities_token_refresh: 'interval[6:00:00]',
    send_daily_summary: "cron[hour='21', minute='3']",
    symbol_validator: "cron[minute='15']",
    calculate_daily_performance: "cron[hour='0', minute='0', second='13']",
  });
});

test.each([
  ['3 21 * * *', '0 3 21 * * *', "cron[hour='21', minute='3']"],
  ['0 3 21 * * *', '0 3 21 * * *', "cron[hour='21', minute='3']"],
  ['13 0 0 * * *', '13 0 0 * * *', "cron[hour='0', minute='0', second='13']"],
  ['*/5 9-15 * * MON-FRI', '0 */5 9-15 * * MON-FRI', "cron[day_of_week='MON-FRI', hour='9-15', minute='*/5']"],
  ['0 8 1 JAN,JUL *', '0 0 8 1 JAN,JUL *', "cron[month='JAN,JUL', day='1', hour='8', minute='0']"],
  ['* * * * *', '0 * * * * *', "cron[minute='*']"],
])('"%s" is read', (text, expression, words) => {
  const trigger = readCron(text)!;
  expect(cronExpression(trigger)).toBe(expression);
  expect(triggerText(trigger)).toBe(expression);
  expect(describeTrigger(trigger)).toBe(words);
});

test.each([
  '',
  '* * * *',
  '60 * * * *',
  '*/10 * * * * *',
  '0 0 30 2 *',
  'H 3 * * *',
  '@daily',
  '0 3 21 * * * *',
  '3 21 * * FOO',
])('"%s" is no expression that can be kept to', (text) => {
  expect(readCron(text)).toBeNull();
});

import { CronExpressionParser } from 'cron-parser';

/** When a job runs. `interval` counts from the epoch on the database's clock; `cron` is read in the installation's time zone. */
export type JobTrigger = { kind: 'interval'; seconds: number } | CronTrigger;

/** Each field as in a cron expression; one that is left out is every value, but `second` is then 0. */
export type CronTrigger = {
  kind: 'cron';
  second?: number;
  minute: number | string;
  hour?: number | string;
  day?: number | string;
  month?: number | string;
  weekday?: number | string;
};

/** An interval is counted in slots of whole seconds; a day and more is what cron is for. */
export const longestIntervalSeconds = 86_400;

/** The six fields pg-boss reads: second, minute, hour, day of the month, month, day of the week. */
export function cronExpression({ second = 0, minute, hour = '*', day = '*', month = '*', weekday = '*' }: CronTrigger) {
  return [second, minute, hour, day, month, weekday].join(' ');
}

/** Says which trigger it is, the same for the same trigger however it was written: what replicas compare. */
export function triggerText(trigger: JobTrigger): string {
  return trigger.kind === 'interval' ? `every ${trigger.seconds} s` : cronExpression(trigger);
}

/** `interval[0:00:01]`, `cron[hour='21', minute='3']`: the words clients of the status know. */
export function describeTrigger(trigger: JobTrigger): string {
  switch (trigger.kind) {
    case 'interval': {
      const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
      const { seconds } = trigger;
      return `interval[${Math.floor(seconds / 3_600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}]`;
    }
    case 'cron': {
      const { month, day, weekday, hour, minute, second } = trigger;
      const fields = Object.entries({ month, day, day_of_week: weekday, hour, minute, second });
      const said = fields.filter(([, value]) => value !== undefined && value !== '*');
      // Every minute of every hour names no field that is not "*".
      const shown = said.length > 0 ? said : [['minute', '*']];
      return `cron[${shown.map(([name, value]) => `${name}='${value}'`).join(', ')}]`;
    }
  }
}

/** Numbers, ranges, lists, steps, names of months and days, L and #. Not H: two processes would read two times in it. */
const cronField = /^(?:[\d*,/#L-]|SUN|MON|TUE|WED|THU|FRI|SAT|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)+$/i;

/** Reads an expression of five fields, or of six with the second first. Null when it is none that can be kept to. */
export function readCron(text: string): CronTrigger | null {
  const fields = text.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  // The queue takes one run a minute of an expression, so several seconds of one minute cannot be kept to.
  if (fields.length !== 6 || !/^[0-5]?\d$/.test(second) || !fields.every((field) => cronField.test(field))) return null;
  try {
    // One that is well formed and never comes (the 30th of February) has no next either.
    CronExpressionParser.parse(fields.join(' '), { tz: 'UTC' }).next();
  } catch {
    return null;
  }
  return {
    kind: 'cron',
    ...(second === '0' || second === '00' ? {} : { second: Number(second) }),
    minute,
    ...(hour === '*' ? {} : { hour }),
    ...(day === '*' ? {} : { day }),
    ...(month === '*' ? {} : { month }),
    ...(weekday === '*' ? {} : { weekday }),
  };
}

const everyText = /^every (\d{1,5}) s$/;

/** Reads what {@link triggerText} wrote; null for anything else. */
export function readTriggerText(text: string): JobTrigger | null {
  const seconds = Number(everyText.exec(text)?.[1] ?? 0);
  return seconds >= 1 && seconds <= longestIntervalSeconds ? { kind: 'interval', seconds } : readCron(text);
}

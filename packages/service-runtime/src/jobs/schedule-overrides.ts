import type { JobDefinition, JobTrigger } from '@sluice/contracts';
import { EnvError } from '../read-env.ts';

const EVERY = /^every (\d+) ?(s|min|h)$/;
const HOURLY = /^hourly at :(\d{2})$/;
const DAILY = /^daily (\d{2}):(\d{2})(?::(\d{2}))?$/;
const UNIT_SECONDS: Record<string, number> = { s: 1, min: 60, h: 3_600 };
/** An interval is counted in slots of whole seconds; a day and more is what `daily` is for. */
const LONGEST_SECONDS = 86_400;

/**
 * The catalogue with other triggers, from the setting JOB_SCHEDULES: `price_cache=every 29 s; auto_rebalance=hourly at
 * :17; send_daily_summary=daily 21:03`. Ids and aliases both name a job. Throws EnvError for a job that does not exist
 * or a trigger that cannot be read. Every service of an installation has to be given the same text.
 */
export function overrideSchedules(catalogue: readonly JobDefinition[], text: string | undefined): JobDefinition[] {
  const triggers = new Map<string, JobTrigger>();
  for (const part of (text ?? '').split(';').map((entry) => entry.trim())) {
    if (part === '') continue;
    const [name = '', schedule = ''] = part.split('=').map((side) => side.trim());
    const job = catalogue.find(({ id, aliases }) => id === name || aliases.includes(name));
    if (!job) throw new EnvError(`JOB_SCHEDULES names ${name}, which is no job: use an id of the catalogue`);
    triggers.set(job.id, readTrigger(name, schedule));
  }
  return catalogue.map((job) => ({ ...job, trigger: triggers.get(job.id) ?? job.trigger }));
}

function readTrigger(name: string, schedule: string): JobTrigger {
  const [, count, unit] = EVERY.exec(schedule) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit ?? ''] ?? 0);
  if (seconds >= 1 && seconds <= LONGEST_SECONDS) return { kind: 'interval', seconds };

  const [, atMinute] = HOURLY.exec(schedule) ?? [];
  if (Number(atMinute) < 60) return { kind: 'cron', minute: Number(atMinute) };

  const [, hour, minute, second] = DAILY.exec(schedule) ?? [];
  if (Number(hour) < 24 && Number(minute) < 60 && Number(second ?? 0) < 60) {
    const trigger = { kind: 'cron', hour: Number(hour), minute: Number(minute) } as const;
    return second === undefined ? trigger : { ...trigger, second: Number(second) };
  }
  throw new EnvError(
    `JOB_SCHEDULES gives ${name} the schedule "${schedule}": write "every 29 s", "hourly at :17" or "daily 21:03"`,
  );
}

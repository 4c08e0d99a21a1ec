import type { JobTrigger } from '@sluice/contracts';

/** The six fields pg-boss reads (seconds first), from a trigger's minute, hour and second. */
export function cronExpression(trigger: Extract<JobTrigger, { kind: 'cron' }>): string {
  const fields = [trigger.second ?? 0, trigger.minute, trigger.hour ?? '*', '*', '*', '*'];
  return fields.join(' ');
}

/** About how far apart two runs are; a cron trigger runs hourly, or daily where it names an hour. */
export function periodSeconds(trigger: JobTrigger): number {
  switch (trigger.kind) {
    case 'interval':
      return trigger.seconds;
    case 'cron':
      return trigger.hour === undefined || trigger.hour === '*' ? 3_600 : 86_400;
  }
}

/** The slot `now` falls in: the last multiple of the period since the epoch. */
export function slotAt(nowMs: number, seconds: number): Date {
  const periodMs = seconds * 1_000;
  return new Date(Math.floor(nowMs / periodMs) * periodMs);
}

/** How long to wait at `now` for the next slot's tick, which is aimed `aimMs` after the slot begins. */
export function untilNextTick(nowMs: number, seconds: number, aimMs: number): number {
  const periodMs = seconds * 1_000;
  const next = Math.floor((nowMs - aimMs) / periodMs + 1) * periodMs + aimMs;
  return next - nowMs;
}

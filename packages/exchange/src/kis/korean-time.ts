/** Korea has had no other offset since 1988. */
const OFFSET_MS = 9 * 3_600_000;

/** `20261121`, the day it is in Korea. */
export function koreanDay(instant: number): string {
  return new Date(instant + OFFSET_MS).toISOString().slice(0, 10).replaceAll('-', '');
}

/** The instant of `20261121` and `093015` in Korea, ms since the epoch; null where that is no time. */
export function koreanInstant(day: string, time: string): number | null {
  const date = /^(\d{4})(\d\d)(\d\d)$/.exec(day);
  const clock = /^(\d\d)(\d\d)(\d\d)/.exec(time);
  if (date === null || clock === null) return null;
  const [, year, month, dayOfMonth] = date;
  const [, hour, minute, second] = clock;
  const instant = Date.parse(`${year}-${month}-${dayOfMonth}T${hour}:${minute}:${second}+09:00`);
  return Number.isNaN(instant) ? null : instant;
}

const OFFSET_MS = 9 * 3_600_000;

/** Day and time of day in Korea, as KIS writes them: `20261121`, `093015`. */
export function koreanClock(instant: number): { day: string; time: string } {
  const text = new Date(instant + OFFSET_MS).toISOString();
  return { day: text.slice(0, 10).replaceAll('-', ''), time: text.slice(11, 19).replaceAll(':', '') };
}

/** `2026-11-22 09:30:15`, in Korean time. */
export const koreanText = (instant: number): string =>
  new Date(instant + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');

/** The regular session; holidays are not known here. */
export function isSession(instant: number): boolean {
  const { time } = koreanClock(instant);
  const weekday = new Date(instant + OFFSET_MS).getUTCDay();
  return weekday !== 0 && weekday !== 6 && time >= '090000' && time < '153000';
}

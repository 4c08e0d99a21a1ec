import { krxHolidays, krxHolidaysUntil, krxSpecialHours } from './krx-holidays.ts';

/** What a person adds to the built-in calendar; days as `2026-05-04`, hours as `10:00-16:30`, all in Korean time. */
export type SessionSettings = {
  closedDays: readonly string[];
  /** Days that are in the built-in list and are trading days all the same. */
  openDays: readonly string[];
  specialHours: Readonly<Record<string, string>>;
};

/** Whether orders are taken at an instant, and until or from when; ms since the epoch. */
export type SessionState = { open: true; closesAt: number } | { open: false; opensAt: number };

/** The hours in which a venue takes orders. */
export type SessionCalendar = {
  /** The exchange by name, for sentences. */
  name: string;
  /** In which its times are told. */
  timeZone: string;
  at(instant: number): SessionState;
  /** The end of the session an order sent at `instant` lives in: the first close after it. */
  closeAfter(instant: number): number;
  /** The last day whose holidays are known, as `2027-12-31`. After it only weekends and fixed dates are. */
  knownUntil: string;
};

/** Korea has kept this offset without daylight saving since 1988. */
const KOREA_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;
/** No run of closed days comes near it. */
const MOST_CLOSED_DAYS = 60;

/** Holidays on the same date each year; the last weekday of a year is closed as well. */
const fixedHolidays: readonly string[] = [
  '01-01',
  '03-01',
  '05-01',
  '05-05',
  '06-06',
  '07-17',
  '08-15',
  '10-03',
  '10-09',
  '12-25',
];
const regularHours = '09:00-15:30';
/** The year's first session begins after the opening ceremony. */
const firstDayHours = '10:00-15:30';

const noSettings: SessionSettings = { closedDays: [], openDays: [], specialHours: {} };

/** The regular session of the Korea Exchange. Pure: the clock is an argument, the zone is Korea's wherever this runs. */
export function krxCalendar(settings: SessionSettings = noSettings): SessionCalendar {
  const closedDays = new Set([...krxHolidays, ...settings.closedDays]);
  const openDays = new Set(settings.openDays);

  const trades = (day: number): boolean => {
    const date = dateOf(day);
    if (openDays.has(date)) return true;
    if (isWeekend(day) || closedDays.has(date)) return false;
    return !fixedHolidays.includes(date.slice(5)) && !isLastWeekdayOfYear(day);
  };
  const hoursOf = (day: number): { opensAt: number; closesAt: number } => {
    const date = dateOf(day);
    const hours =
      settings.specialHours[date] ??
      krxSpecialHours[date] ??
      (isFirstOfYear(day, trades) ? firstDayHours : regularHours);
    const midnight = day * DAY_MS - KOREA_MS;
    return {
      opensAt: midnight + minutesOf(hours.slice(0, 5)) * 60_000,
      closesAt: midnight + minutesOf(hours.slice(6)) * 60_000,
    };
  };
  /** The first session that ends after the instant. */
  const nextSession = (instant: number) => {
    const today = dayOf(instant);
    for (let day = today; day < today + MOST_CLOSED_DAYS; day += 1) {
      if (!trades(day)) continue;
      const hours = hoursOf(day);
      if (hours.closesAt > instant) return hours;
    }
    throw new Error(`the calendar has no session in the ${MOST_CLOSED_DAYS} days after ${dateOf(today)}`);
  };

  return {
    name: 'KRX',
    timeZone: 'Asia/Seoul',
    at(instant) {
      const { opensAt, closesAt } = nextSession(instant);
      return opensAt <= instant ? { open: true, closesAt } : { open: false, opensAt };
    },
    closeAfter: (instant) => nextSession(instant).closesAt,
    knownUntil: [krxHolidaysUntil, ...settings.closedDays.map((date) => `${date.slice(0, 4)}-12-31`)].sort().at(-1)!,
  };
}

function dayOf(instant: number): number {
  return Math.floor((instant + KOREA_MS) / DAY_MS);
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function isWeekend(day: number): boolean {
  const weekday = new Date(day * DAY_MS).getUTCDay();
  return weekday === 0 || weekday === 6;
}

function isLastWeekdayOfYear(day: number): boolean {
  const year = dateOf(day).slice(0, 4);
  if (isWeekend(day)) return false;
  for (let next = day + 1; dateOf(next).startsWith(year); next += 1) if (!isWeekend(next)) return false;
  return true;
}

function isFirstOfYear(day: number, trades: (day: number) => boolean): boolean {
  const year = dateOf(day).slice(0, 4);
  if (!dateOf(day).startsWith(`${year}-01-`)) return false;
  for (let before = day - 1; dateOf(before).startsWith(year); before -= 1) if (trades(before)) return false;
  return true;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return hours! * 60 + minutes!;
}

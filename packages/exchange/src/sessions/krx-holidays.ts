/**
 * Weekdays on which the Korea Exchange is closed beside the days that follow from a rule (`krx-calendar.ts`): holidays by
 * the lunar calendar, the days given for a holiday on a weekend, and elections. The exchange names them each December;
 * what is declared during the year is added by configuration.
 */
export const krxHolidays: readonly string[] = [
  // 2026: Lunar New Year, Independence Movement Day (substitute), Buddha's Birthday (substitute), local elections,
  // Liberation Day (substitute), Chuseok, Foundation Day (substitute).
  '2026-02-16',
  '2026-02-17',
  '2026-02-18',
  '2026-03-02',
  '2026-05-25',
  '2026-06-03',
  '2026-08-17',
  '2026-09-24',
  '2026-09-25',
  '2026-10-05',
  // 2027: Lunar New Year (the 7th is a Sunday), Buddha's Birthday, and substitutes for Constitution Day, Liberation Day,
  // Foundation Day, Hangul Day and Christmas; Chuseok.
  '2027-02-08',
  '2027-02-09',
  '2027-05-13',
  '2027-07-19',
  '2027-08-16',
  '2027-09-14',
  '2027-09-15',
  '2027-09-16',
  '2027-10-04',
  '2027-10-11',
  '2027-12-27',
];

/** The last day the list above speaks of. */
export const krxHolidaysUntil = '2027-12-31';

/** Days of other hours: the whole country begins an hour later on the day of the university entrance examination. */
export const krxSpecialHours: Readonly<Record<string, string>> = {
  '2026-11-19': '10:00-16:30',
  '2027-11-18': '10:00-16:30',
};

import type { Sql } from '@sluice/service-runtime';

/** Never more past days than this at one go; what is older is calculated by the command line. */
const MOST_DAYS = 62;

/**
 * Calculates yesterday and everything from the first day on that is missing among those that are stored, and answers
 * which days those were. Days are those of the installation's time zone.
 */
export async function calculateEndedDays(sql: Sql, now: Date): Promise<{ from: string; to: string; rows: number }> {
  const rows = await sql<{ from: string; to: string; rows: number }[]>`
    with last as (
      select (${now}::timestamptz at time zone coalesce((select time_zone from config.installation), 'Asia/Seoul'))::date - 1 as day),
    known as (select min(day) as first from orders.performance_day),
    missing as (
      select min(d)::date as day
      from last, known, generate_series(greatest(known.first, last.day - ${MOST_DAYS}::int)::timestamp, last.day, '1 day') d
      where not exists (select from orders.performance_day p where p.day = d::date)),
    first as (select coalesce(missing.day, last.day) as day from last, missing)
    select first.day as from, last.day as to, orders.calculate_performance(first.day, last.day) as rows from first, last`;
  return rows[0]!;
}

/** Calculates the days that something late has changed; one that changes meanwhile is due again. */
export async function calculateDueDays(sql: Sql): Promise<number> {
  const rows = await sql<{ days: number }[]>`
    with due as materialized (delete from orders.performance_due returning day),
    done as materialized (select orders.calculate_performance(day, day) from due)
    select count(*)::int as days from done`;
  return rows[0]!.days;
}

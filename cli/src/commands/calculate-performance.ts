import { connectPostgres } from '@sluice/service-runtime';
import { refused } from '../failures.ts';

/** Calculates the days from the first to the last anew, both included, and tells how many; a day that goes on is left out. */
export async function calculatePerformance(url: string, from: string, to: string): Promise<string> {
  const sql = connectPostgres({ url, max: 1, applicationName: 'sluice-performance' });
  try {
    const [done] = await sql<[{ last: string; rows: number | null }]>`
      with last as (
        select least(${to}::date, (clock_timestamp() at time zone
          coalesce((select time_zone from config.installation), 'Asia/Seoul'))::date - 1) as day)
      select last.day as last,
        case when ${from}::date <= last.day then orders.calculate_performance(${from}::date, last.day) end as rows
      from last`;
    if (done.rows === null) throw refused(`no day from ${from} to ${to} has ended; the last that has is ${done.last}`);
    return `${from} to ${done.last}: ${done.rows} results of strategies calculated`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

import type { Sql } from '@sluice/service-runtime';

/** Where the times of day of jobs are read; the default as long as nothing was configured. */
export async function selectTimeZone(sql: Sql): Promise<string> {
  const [row] = await sql<{ timeZone: string }[]>`select time_zone as "timeZone" from config.installation`;
  return row?.timeZone ?? 'Asia/Seoul';
}

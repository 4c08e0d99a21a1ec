import type { SqlOrTx } from '@sluice/service-runtime';

/** The zone the installation's times are shown in; Seoul while nothing is configured. */
export async function readTimeZone(sql: SqlOrTx): Promise<string> {
  const [row] = await sql<{ timeZone: string }[]>`select time_zone as "timeZone" from config.installation`;
  return row?.timeZone ?? 'Asia/Seoul';
}

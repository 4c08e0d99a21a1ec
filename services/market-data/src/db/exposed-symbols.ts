import type { Sql } from '@sluice/service-runtime';

/** Symbols of a venue with live or waiting orders, as order-queue shows them. */
export async function selectExposedSymbols(sql: Sql, venue: string): Promise<Set<string>> {
  const rows = await sql<{ symbol: string }[]>`
    select distinct symbol from orders.open_exposure where venue = ${venue}`;
  return new Set(rows.map((row) => row.symbol));
}

import type { SqlOrTx } from '@sluice/service-runtime';

/** The symbols of each exchange market whose list has been read; a market without a list has no row. */
export async function readSymbols(sql: SqlOrTx): Promise<{ venue: string; symbols: string[] }[]> {
  return await sql<{ venue: string; symbols: string[] }[]>`
    select venue, array_agg(symbol) as symbols from market.valid_symbol group by venue`;
}

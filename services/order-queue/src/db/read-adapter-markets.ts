import type { Sql } from '@sluice/service-runtime';

/** The adapter's own descriptions of a venue's markets, as market-data stored them. */
export async function readAdapterMarkets(
  sql: Sql,
  venue: string,
): Promise<{ symbol: string; adapterMarket: unknown }[]> {
  return await sql<{ symbol: string; adapterMarket: unknown }[]>`
    select symbol, adapter_market as "adapterMarket" from market.instrument where venue = ${venue}`;
}

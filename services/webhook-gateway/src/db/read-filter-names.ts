import type { SqlOrTx } from '@sluice/service-runtime';

export type FilterNames = { strategies: string[]; accounts: string[]; symbolKnown: boolean };

/** The names a filter may have, also of what was taken out: its orders are still there. Before a list is read, any symbol. */
export async function readFilterNames(sql: SqlOrTx, symbol: string | null): Promise<FilterNames> {
  const [row] = await sql<[FilterNames]>`
    select array(select name from config.strategy order by name) as strategies,
      array(select name from config.account order by name) as accounts,
      ${symbol}::text is null or exists (select from market.valid_symbol where symbol = ${symbol})
        or not exists (select from market.valid_symbol) as "symbolKnown"`;
  return row;
}

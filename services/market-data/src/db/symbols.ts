import type { Sql } from '@sluice/service-runtime';
import type { ListedSymbol } from '../markets/symbol-list.ts';

export async function selectSymbols(sql: Sql, venue: string): Promise<ListedSymbol[]> {
  return await sql<ListedSymbol[]>`select symbol, status from market.symbol where venue = ${venue}`;
}

export async function upsertSymbols(sql: Sql, venue: string, rows: readonly ListedSymbol[]): Promise<void> {
  await sql`
    insert into market.symbol (venue, symbol, status)
    select ${venue}, r.symbol, r.status
      from unnest(${rows.map((row) => row.symbol)}::text[], ${rows.map((row) => row.status)}::text[]) r(symbol, status)
     order by r.symbol
    on conflict (venue, symbol) do update set status = excluded.status, changed_at = now()`;
}

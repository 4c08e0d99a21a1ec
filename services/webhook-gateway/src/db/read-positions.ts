import type { SqlOrTx } from '@sluice/service-runtime';

export type PositionRow = {
  strategy: string | null;
  account: string;
  symbol: string;
  quantity: string;
  averageEntry: string | null;
  realizedPnl: string;
  unrealizedPnl: string | null;
  fees: string;
  otherFees: Record<string, string>;
  funding: string;
  markPrice: string | null;
  markAt: Date | null;
  unattributed: string;
  comparedAt: Date | null;
};

export type PositionFilter = {
  strategies: string[] | null;
  accounts: string[] | null;
  symbol: string | null;
  /** Account, symbol and strategy (empty without one) of the last row before. */
  after: [account: string, symbol: string, strategy: string] | null;
};

/** Positions by account, symbol and strategy; those that are flat as well, for what they have earned. */
export async function readPositions(sql: SqlOrTx, filter: PositionFilter, limit: number): Promise<PositionRow[]> {
  const { strategies, accounts, symbol, after } = filter;
  return await sql<PositionRow[]>`
    select strategy, account, symbol, quantity, average_entry as "averageEntry", realized_pnl as "realizedPnl",
      unrealized_pnl as "unrealizedPnl", fees, other_fees as "otherFees", funding, mark_price as "markPrice",
      mark_at as "markAt", unattributed, compared_at as "comparedAt"
    from orders.position
    where (${strategies === null} or strategy = any(${strategies ?? []}::text[]))
      and (${accounts === null} or account = any(${accounts ?? []}::text[]))
      and (${symbol}::text is null or symbol = ${symbol})
      and (${after === null}
        or (account collate "C", symbol collate "C", coalesce(strategy, '') collate "C") > (${after?.[0] ?? ''}, ${after?.[1] ?? ''}, ${after?.[2] ?? ''}))
    order by account collate "C", symbol collate "C", coalesce(strategy, '') collate "C"
    limit ${limit + 1}`;
}

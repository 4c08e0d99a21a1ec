import type { SqlOrTx } from '@sluice/service-runtime';

export type PerformanceRow = {
  day: string;
  strategy: string;
  trades: number;
  wins: number;
  realizedPnl: string;
  fees: string;
  otherFees: Record<string, string>;
  funding: string;
  capital: string | null;
  returnPercent: string | null;
};

export type PerformanceFilter = {
  strategies: string[] | null;
  accounts: string[] | null;
  /** Days, both included. */
  from: string | null;
  to: string | null;
  /** Day and strategy of the last row before. */
  after: [day: string, strategy: string] | null;
};

/** A row per day and strategy, over the accounts that are asked for; the newest day first. */
export async function readPerformance(
  sql: SqlOrTx,
  { strategies, accounts, from, to, after }: PerformanceFilter,
  limit: number,
): Promise<PerformanceRow[]> {
  return await sql<PerformanceRow[]>`
    with chosen as (
      select * from orders.daily_performance
      where (${strategies === null} or strategy = any(${strategies ?? []}::text[]))
        and (${accounts === null} or account = any(${accounts ?? []}::text[]))
        and day between coalesce(${from}::date, '-infinity') and coalesce(${to}::date, 'infinity')
        and (${after === null} or day < ${after?.[0] ?? '2000-01-01'}::date
          or (day = ${after?.[0] ?? '2000-01-01'}::date and strategy collate "C" > ${after?.[1] ?? ''}))),
    page as (
      select day, strategy, sum(trades)::int as trades, sum(wins)::int as wins, sum(realized_pnl) as realized,
        sum(fees) as fees, sum(funding) as funding, sum(capital) as capital
      from chosen group by day, strategy order by day desc, strategy collate "C" limit ${limit + 1})
    select p.day, p.strategy, p.trades, p.wins, trim_scale(p.realized) as "realizedPnl", trim_scale(p.fees) as fees,
      (select coalesce(jsonb_object_agg(currency, trim_scale(fee)::text), '{}')
       from (select o.key as currency, sum(o.value::numeric) as fee
             from chosen c, jsonb_each_text(c.other_fees) o
             where c.day = p.day and c.strategy = p.strategy group by o.key) by_currency) as "otherFees",
      trim_scale(p.funding) as funding, trim_scale(p.capital) as capital,
      case when p.capital > 0 then trim_scale(round((p.realized - p.fees + p.funding) / p.capital * 100, 6)) end as "returnPercent"
    from page p order by p.day desc, p.strategy collate "C"`;
}

import type { SqlOrTx } from '@sluice/service-runtime';
import type { StrategyFigures } from '../incidents/summarise-day.ts';

/** What each strategy did on each account between two moments, and what its open positions are worth now. */
export async function readDay(sql: SqlOrTx, since: Date, until: Date): Promise<StrategyFigures[]> {
  return await sql<StrategyFigures[]>`
    select d.account, d.strategy, d.sent, d.filled, d.failed, d.waiting, d.trades, d.wins,
           trim_scale(d.realized)::text as realized, trim_scale(d.fees)::text as fees,
           trim_scale(d.funding)::text as funding,
           (select case when count(*) = count(p.unrealized_pnl) then coalesce(trim_scale(sum(p.unrealized_pnl)), 0)::text end
              from orders.position p where p.account = d.account and p.strategy = d.strategy) as unrealized,
           coalesce(l.capital, a.amount)::text as capital
      from orders.day_of_accounts(${since}, ${until}) d
      left join config.strategy_account l on l.account = d.account and l.strategy = d.strategy
      left join orders.allotment_view a on a.account = d.account and a.strategy = d.strategy
     order by d.account, d.strategy`;
}

export type Balance = { amount: string; currency: string };

/** The balance of each account as last read before a moment; one that was not read for a day is not known. */
export async function readBalances(sql: SqlOrTx, at: Date): Promise<Map<string, Balance>> {
  const rows = await sql<(Balance & { account: string })[]>`
    select distinct on (account) account, trim_scale(balance)::text as amount, currency
      from orders.known_balance b where b.at <= ${at} and b.at > ${new Date(at.getTime() - 86_400_000)} order by account, b.at desc`;
  return new Map(rows.map(({ account, ...balance }) => [account, balance]));
}

/** Failures of orders that were never planned and so have no row of their own, by account and strategy. */
export async function readDenied(
  sql: SqlOrTx,
  since: Date,
  until: Date,
): Promise<{ account: string; strategy: string; denied: number }[]> {
  return await sql<{ account: string; strategy: string; denied: number }[]>`
    select body ->> 'account' as account, body ->> 'strategy' as strategy, count(distinct source)::int as denied
      from notifier.message
     where kind in ('order_failed', 'market_closed') and body ->> 'orderId' is null and stored_at > ${since} and stored_at <= ${until}
     group by 1, 2`;
}

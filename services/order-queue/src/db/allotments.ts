import type { Sql } from '@sluice/service-runtime';

/** Links whose share of the balance has not been allotted yet, or not at the share that is configured now. */
export async function readUnallotted(sql: Sql): Promise<{ strategy: string; account: string; share: string }[]> {
  return await sql<{ strategy: string; account: string; share: string }[]>`
    select l.strategy, l.account, l.share::text as share
    from config.strategy_account l
    left join orders.allotment a on a.strategy = l.strategy and a.account = l.account and a.share = l.share
    where l.share is not null and l.removed_at is null and a.strategy is null
    order by l.account, l.strategy`;
}

export async function writeAllotment(
  sql: Sql,
  row: { strategy: string; account: string; share: string; amount: string },
): Promise<void> {
  await sql`
    insert into orders.allotment as a (strategy, account, share, amount)
    values (${row.strategy}, ${row.account}, ${row.share}, ${row.amount})
    on conflict (strategy, account) do update
      set share = excluded.share, amount = excluded.amount, allotted_at = clock_timestamp()
      where a.share <> excluded.share`;
}

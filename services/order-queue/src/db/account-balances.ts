import type { DeletedBatch, Sql } from '@sluice/service-runtime';

/** Writes what the exchange said of an account's balance just now over what it said earlier in the same hour. */
export async function writeBalance(
  sql: Sql,
  account: string,
  { total, currency }: { total: string; currency: string },
): Promise<void> {
  await sql`
    insert into orders.account_balance (account, hour, balance, currency)
    values (${account}, date_trunc('hour', clock_timestamp()), ${total}, ${currency})
    on conflict (account, hour) do update
      set balance = excluded.balance, currency = excluded.currency, read_at = clock_timestamp()`;
}

/** Deletes balances older than `days`, 24 a day for each account. */
export async function deleteBalances(sql: Sql, days: number): Promise<DeletedBatch> {
  const { count } = await sql`delete from orders.account_balance where hour < now() - ${days} * interval '1 day'`;
  return { deleted: count, next: null };
}

import type { Sql } from '@sluice/service-runtime';

/** Whether an account was read to be in one-way mode, with the same key at the same address. */
export async function isKnownOneWay(sql: Sql, account: string, askedWith: string): Promise<boolean> {
  const rows = await sql`
    select from orders.one_way_account where account = ${account} and asked_with = ${askedWith}`;
  return rows.length > 0;
}

export async function rememberOneWay(sql: Sql, account: string, askedWith: string): Promise<void> {
  await sql`
    insert into orders.one_way_account as known (account, asked_with) values (${account}, ${askedWith})
    on conflict (account) do update set asked_with = excluded.asked_with, read_at = clock_timestamp()`;
}

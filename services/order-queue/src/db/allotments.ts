import type { Sql, Tx } from '@sluice/service-runtime';

export type Unallotted = { strategy: string; account: string; share: string; old: string | null };

/** Links whose share of the balance has not been allotted yet, or not at the share that is configured now. */
export async function readUnallotted(sql: Sql): Promise<Unallotted[]> {
  return await sql<Unallotted[]>`
    select l.strategy, l.account, l.share::text as share, a.amount::text as old
    from config.strategy_account l
    left join orders.allotment a on a.strategy = l.strategy and a.account = l.account
    where l.share is not null and l.removed_at is null and a.share is distinct from l.share
    order by l.account, l.strategy`;
}

/** What strategies are allotted of an account by share; a fixed capital is in none of these rows. */
export type StoredAllotment = {
  strategy: string;
  share: string;
  amount: string | null;
  /** The share it was allotted by. */
  allottedShare: string | null;
  /** ms since the epoch. */
  allottedAt: number | null;
};

export async function readAllotments(sql: Sql, account: string): Promise<StoredAllotment[]> {
  return await sql<StoredAllotment[]>`
    select l.strategy, l.share::text, a.amount::text, a.share::text as "allottedShare",
      (extract(epoch from a.allotted_at) * 1000)::bigint as "allottedAt"
    from config.strategy_account l
    left join orders.allotment a on a.strategy = l.strategy and a.account = l.account
    where l.account = ${account} and l.share is not null and l.removed_at is null
    order by l.strategy`;
}

/** Orders of an account that are on their way to the exchange, off it, or being executed at once. */
export async function countInFlight(sql: Sql, account: string): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from orders.entry
    where account = ${account}
      and status in ('submitting', 'open', 'cancelling', 'unresolved_place', 'unresolved_cancel', 'triggered')
      and (status in ('submitting', 'cancelling', 'unresolved_place', 'unresolved_cancel') or type = 'MARKET')`;
  return rows[0]!.count;
}

export type Allotment = {
  strategy: string;
  account: string;
  share: string;
  /** Null for the first one. */
  old: string | null;
  amount: string;
  rule: string;
  balance: string;
};

/** Stores allotments with why they were made, each unless another process was faster; answers those it stored. */
export async function writeAllotments(tx: Sql | Tx, allotments: Allotment[]): Promise<Set<string>> {
  const rows = await tx<{ strategy: string }[]>`
    with wanted as materialized (
      select * from jsonb_to_recordset(${tx.json(allotments)}) r(strategy text, account text, share numeric, old numeric,
        amount numeric, rule text, balance numeric)),
    stored as (
      insert into orders.allotment as a (strategy, account, share, amount)
      select strategy, account, share, amount from wanted order by strategy, account
      on conflict (strategy, account) do update
        set share = excluded.share, amount = excluded.amount, allotted_at = clock_timestamp()
        where exists (select from wanted w where w.strategy = a.strategy and w.account = a.account and w.old = a.amount)
      returning strategy, account)
    insert into orders.allotment_history (strategy, account, rule, balance, share, old_amount, amount)
    select strategy, account, rule, balance, share, old, amount from wanted join stored using (strategy, account)
    order by strategy, account
    returning strategy`;
  return new Set(rows.map(({ strategy }) => strategy));
}

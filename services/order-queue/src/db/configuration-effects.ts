import type { Sql } from '@sluice/service-runtime';
import type { Pair } from '../orders/order.ts';

/** Lifts the pauses of accounts that were paused under an earlier revision. */
export async function liftPauses(sql: Sql, revision: number): Promise<string[]> {
  const rows = await sql<{ account: string }[]>`
    delete from orders.paused_account where revision < ${revision} returning account`;
  return rows.map((row) => row.account);
}

/** Every pair with waiting orders is planned again: limits, activity or pauses may be other than before. */
export async function makeWaitingPairsDue(sql: Sql): Promise<void> {
  await sql`
    insert into orders.rebalance_due as d (account, symbol, due_at)
    select account, symbol, statement_timestamp() from orders.entry where status = 'pending'
    group by account, symbol order by account collate "C", symbol collate "C"
    on conflict (account, symbol) do update set due_at = least(d.due_at, excluded.due_at), version = d.version + 1`;
}

/**
 * Pairs that hold more than their account's configured limits are planned again. They may have nothing that waits, and
 * no other event would take off what a lower limit has no room for.
 */
export async function makeCrowdedPairsDue(sql: Sql): Promise<void> {
  await sql`
    insert into orders.rebalance_due as d (account, symbol, due_at)
    select e.account, e.symbol, clock_timestamp()
    from orders.entry e join config.account a on a.name = e.account
    where e.status in ('submitting', 'open', 'cancelling', 'unresolved_place', 'unresolved_cancel', 'triggered')
      and e.type <> 'MARKET'
    group by e.account, e.symbol, a.max_open_orders, a.max_conditional_orders
    having count(*) > a.max_open_orders
      or count(*) filter (where e.type in ('STOP_MARKET', 'STOP_LIMIT') and e.status <> 'triggered')
         > a.max_conditional_orders
    order by e.account, e.symbol
    on conflict (account, symbol) do update set due_at = least(d.due_at, excluded.due_at), version = d.version + 1`;
}

/** Waiting orders of links that were taken out of the configuration, by pair. */
export async function readRemovedWaiting(sql: Sql): Promise<(Pair & { ids: number[] })[]> {
  return await sql<(Pair & { ids: number[] })[]>`
    with removed as materialized (
      select l.strategy, l.account from config.strategy_account l
      join config.strategy s on s.name = l.strategy
      join config.account a on a.name = l.account
      where l.removed_at is not null or s.removed_at is not null or a.removed_at is not null)
    select e.account, e.symbol, array_agg(e.id order by e.id) as ids
    from removed r
    join orders.entry e on e.strategy || E'\n' || e.account = r.strategy || E'\n' || r.account
    where e.status = 'pending'
    group by e.account, e.symbol order by e.account, e.symbol`;
}

import type { Sql, Tx } from '@sluice/service-runtime';
import type { Pair } from '../orders/order.ts';

export type StaleOrder = Pair & {
  orderId: number;
  strategy: string;
  status: string;
  /** How long nothing has become known of it. */
  seconds: number;
  /** What has to happen on the wire next; null: nothing would ever. */
  action: string | null;
  claimedBy: string | null;
  /** How long that has been due; below zero while its claim runs. */
  overdueSeconds: number | null;
};

/** Orders in flight of which nothing was heard for so long, the longest first; but those a person is asked about. */
export async function readStaleOrders(sql: Sql, seconds: number, limit: number): Promise<StaleOrder[]> {
  return await sql<StaleOrder[]>`
    select e.id as "orderId", e.account, e.symbol, e.strategy, e.status,
      extract(epoch from clock_timestamp() - e.updated_at)::int as seconds,
      a.action, a.claimed_by as "claimedBy",
      extract(epoch from clock_timestamp() - a.due_at)::int as "overdueSeconds"
    from orders.entry e left join orders.attempt a on a.order_id = e.id and a.number = e.attempt
    where e.status in ('submitting', 'cancelling', 'unresolved_place', 'unresolved_cancel')
      and e.updated_at < clock_timestamp() - ${seconds} * interval '1 second' and a.person_since is null
    order by e.updated_at limit ${limit}`;
}

/**
 * Gives orders in flight that nobody would ever act on back to the send loops: a placement is looked up, a cancel sent
 * once more, which does no harm where it had arrived. The locks of their pairs are held, so that what is read here is
 * what recording left. Answers the ids of those that were.
 */
export async function handBackAbandoned(tx: Tx, pairs: Pair[], seconds: number): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    with abandoned as (
      select a.order_id, a.number, e.status
      from unnest(${pairs.map((p) => p.account)}::text[], ${pairs.map((p) => p.symbol)}::text[]) p(account, symbol)
      join orders.entry e on e.account = p.account and e.symbol = p.symbol
        and e.status in ('submitting', 'cancelling', 'unresolved_place', 'unresolved_cancel')
      join orders.attempt a on a.order_id = e.id and a.number = e.attempt
      where (a.action is null or a.due_at is null) and a.person_since is null
        and e.updated_at < clock_timestamp() - ${seconds} * interval '1 second'
      order by a.order_id for update of a)
    update orders.attempt a set claimed_by = null, fence = a.fence + 1, due_at = clock_timestamp(),
      action = case when abandoned.status in ('cancelling', 'unresolved_cancel') then 'cancel' else 'find' end
    from abandoned where a.order_id = abandoned.order_id and a.number = abandoned.number
    returning a.order_id as id`;
  return rows.map(({ id }) => id);
}

export type ForgottenOrder = Pair & { orderId: number; strategy: string; why: string; seconds: number };

/**
 * One waiting order of each pair that should be planned and never will: its retry or its time is over, or it was to go
 * on the exchange or away, and neither is anything of the pair in flight nor is the pair due.
 */
export async function readForgottenPairs(sql: Sql, seconds: number, limit: number): Promise<ForgottenOrder[]> {
  return await sql<ForgottenOrder[]>`
    with waiting as (
      select distinct on (e.account, e.symbol) e.id, e.account, e.symbol, e.strategy,
        case when e.wanted = 'gone' then 'it is to be gone'
             when e.send_before < clock_timestamp() then 'its time is over'
             when e.retry_at is not null then 'its retry is due'
             else 'it is to go on the exchange' end as why,
        extract(epoch from clock_timestamp() - greatest(e.updated_at, e.retry_at))::int as seconds
      from orders.entry e
      where e.status = 'pending' and e.updated_at < clock_timestamp() - ${seconds} * interval '1 second'
        and (e.wanted <> 'parked' or e.retry_at is not null or e.type = 'MARKET')
        and (e.retry_at is null or e.retry_at < clock_timestamp() - ${seconds} * interval '1 second')
      order by e.account, e.symbol, e.id)
    select w.id as "orderId", w.account, w.symbol, w.strategy, w.why, w.seconds from waiting w
    where not exists (select from orders.rebalance_due d where d.account = w.account and d.symbol = w.symbol)
      and not exists (select from orders.paused_account p where p.account = w.account)
      and not exists (
        select from orders.halt_in_force h
        where h.scope = 'all' or (h.scope, h.name) in (('account', w.account), ('strategy', w.strategy)))
      and not exists (
        select from orders.entry f where f.account = w.account and f.symbol = w.symbol
          and f.status in ('submitting', 'cancelling', 'unresolved_place', 'unresolved_cancel'))
    order by w.seconds desc limit ${limit}`;
}

/**
 * Alerts of the last day that were planned on every account so long ago and have no answer. The day is reckoned from the
 * beginning of the statement: an index is not looked up by a clock that moves while it is read.
 */
export async function readUnansweredAlerts(sql: Sql, seconds: number, limit: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select p.alert_id as id from orders.alert_account p
    where p.planned_at > statement_timestamp() - interval '1 day'
      and not exists (select from orders.alert_answer r where r.alert_id = p.alert_id)
    group by p.alert_id
    having max(p.planned_at) < clock_timestamp() - ${seconds} * interval '1 second'
    order by max(p.planned_at) limit ${limit}`;
  return rows.map(({ id }) => id);
}

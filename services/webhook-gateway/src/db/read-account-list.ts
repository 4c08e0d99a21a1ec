import type { SqlOrTx } from '@sluice/service-runtime';

export type AccountRow = {
  name: string;
  id: number;
  venue: string;
  active: boolean;
  maxOpenOrders: number | null;
  halted: string | null;
  paused: string | null;
  pausedSince: Date | null;
  foreignOpen: number;
  stream: string | null;
  streamHeardAt: Date | null;
  orders: Record<string, number>;
};

/** Accounts by name, after `after`. */
export async function readAccountList(sql: SqlOrTx, after: string, limit: number): Promise<AccountRow[]> {
  return await sql<AccountRow[]>`
    with page as materialized (
      select * from config.account where removed_at is null and name > ${after} order by name limit ${limit + 1}),
    live as materialized (
      select account, jsonb_object_agg(state, orders) as orders
      from (select account, state, sum(orders)::int as orders from orders.live_count group by account, state) by_state
      group by account)
    select a.name, a.id, a.venue, a.active, a.max_open_orders as "maxOpenOrders",
      (select reason from orders.halt_in_force h where h.scope = 'account' and h.name = a.name) as halted,
      p.reason as paused, p.since as "pausedSince", s.foreign_open as "foreignOpen", s.stream,
      s.stream_heard_at as "streamHeardAt", coalesce(n.orders, '{}') as orders
    from page a
    left join orders.account_pause p on p.account = a.name
    left join orders.account_state s on s.account = a.name
    left join live n on n.account = a.name
    order by a.name`;
}

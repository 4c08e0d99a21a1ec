import type { SqlOrTx } from '@sluice/service-runtime';

export type OrderFilter = {
  strategies: string[] | null;
  accounts: string[] | null;
  symbol: string | null;
  states: string[] | null;
  /** Only those that have not ended. */
  live: boolean;
  /** Orders with a lower id only. */
  before: number | null;
};

/** An order as the views show it, and what its rank and its waiting are judged by. */
export type OrderRow = {
  id: number;
  strategy: string;
  account: string;
  venue: string;
  symbol: string;
  type: string;
  side: string;
  state: string;
  price: string | null;
  stopPrice: string | null;
  quantity: string;
  executed: string;
  remaining: string;
  reduceOnly: boolean;
  alertId: string;
  orderIndex: number;
  attempts: number;
  clientOrderId: string | null;
  exchangeOrderId: string | null;
  retryAt: Date | null;
  failureType: string | null;
  failureMessage: string | null;
  receivedAt: Date;
  updatedAt: Date;
  endedAt: Date | null;
  rank: number | null;
  /** Why nothing new is sent for its strategy on its account. */
  hold: string | null;
  openLimit: number | null;
  conditionalLimit: number | null;
  accountConditionalLimit: number | null;
  foreignOpen: number | null;
  marketStatus: string | null;
  /** `live` for one whose turn it is. */
  wanted: string;
  /** The exchange has refused a request for its rate and takes no orders before. */
  closedUntil: Date | null;
  /** When its exchange opens; null while that takes orders. */
  opensAt: Date | null;
  /** Since when a person is asked what became of it. */
  personSince: Date | null;
};

const columns = `
  o.id, o.strategy, o.account, o.venue, o.symbol, o.type, o.side, o.state, trim_scale(o.price)::text as price,
  trim_scale(o.stop_price)::text as "stopPrice", trim_scale(o.quantity)::text as quantity,
  trim_scale(o.executed)::text as executed, trim_scale(o.remaining)::text as remaining, o.reduce_only as "reduceOnly",
  o.alert_id as "alertId", o.order_index as "orderIndex", o.attempts, o.client_order_id as "clientOrderId",
  o.exchange_order_id as "exchangeOrderId", o.retry_at as "retryAt", o.failure_type as "failureType",
  o.failure_message as "failureMessage", o.received_at as "receivedAt", o.updated_at as "updatedAt",
  o.ended_at as "endedAt", r.rank, h.reason as hold, l.open_limit as "openLimit",
  l.conditional_limit as "conditionalLimit", l.account_conditional_limit as "accountConditionalLimit",
  l.foreign_open as "foreignOpen", l.market_status as "marketStatus", o.wanted,
  c.until as "closedUntil", z.opens_at as "opensAt", o.person_since as "personSince"`;
/** Beside the page and not in the view: ranks are counted for the page as a whole, limits once per pair. */
const standing = `
  left join orders.ranks_of(array(select id from page)) r on r.id = o.id
  left join orders.link_hold h on o.state = 'pending' and h.strategy = o.strategy and h.account = o.account
  left join (select p.account, p.symbol, f.* from (select distinct account, symbol from page where state = 'pending') p
             cross join lateral orders.limits_of(p.account, p.symbol) f) l
    on o.state = 'pending' and l.account = o.account and l.symbol = o.symbol
  left join (select a.name, max(x.until) as until from config.account a join config.venue v on v.name = a.venue
             join runtime.rate_closed x on x.scope in ('orders ' || a.name, 'weight ' || v.name || ' ' || v.egress)
             where x.until > statement_timestamp() group by a.name) c
    on o.state = 'pending' and c.name = o.account
  left join orders.closed_venue z on o.state = 'pending' and z.venue = o.venue`;

/** A page of orders, newest first. One order more than `limit` says that another page follows. */
export async function readOrders(sql: SqlOrTx, filter: OrderFilter, limit: number): Promise<OrderRow[]> {
  const { strategies, accounts, symbol, states, live, before } = filter;
  const conditions = sql`
    v.id < coalesce(${before}::bigint, 9007199254740991) and (${symbol}::text is null or v.symbol = ${symbol})
    and (${states}::text[] is null or v.state = any(${states}))`;
  const alive = live ? sql`and v.live` : sql``;
  if (strategies === null && accounts === null) {
    return await sql<OrderRow[]>`
      with page as materialized (
        select * from orders.order_view v where ${conditions} ${alive} order by v.id desc limit ${limit + 1})
      select ${sql.unsafe(columns)} from page o ${sql.unsafe(standing)} order by o.id desc`;
  }
  // Link by link, since an index holds each link's orders in the order of their ids.
  return await sql<OrderRow[]>`
    with page as materialized (
      select v.* from config.strategy_account s cross join lateral (
        select * from orders.order_view v
        where v.link = s.strategy || E'\n' || s.account and ${conditions} ${alive}
        order by v.id desc limit ${limit + 1}) v
      where (${strategies}::text[] is null or s.strategy = any(${strategies}))
        and (${accounts}::text[] is null or s.account = any(${accounts}))
      order by v.id desc limit ${limit + 1})
    select ${sql.unsafe(columns)} from page o ${sql.unsafe(standing)} order by o.id desc`;
}

/** One order, or undefined. */
export async function readOrder(sql: SqlOrTx, id: number): Promise<OrderRow | undefined> {
  const [row] = await sql<OrderRow[]>`
    with page as materialized (select * from orders.order_view v where v.id = ${id})
    select ${sql.unsafe(columns)} from page o ${sql.unsafe(standing)}`;
  return row;
}

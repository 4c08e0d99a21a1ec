import type { PlaceOrder } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';

/** One of our orders that should be on the exchange, with its current attempt. */
export type TrackedOrder = {
  orderId: number;
  attempt: number;
  clientOrderId: string;
  triggeredOrderId: string | null;
  conditional: boolean;
  status: string;
  executed: string;
  request: PlaceOrder;
  /** ms since the epoch. */
  updatedAt: number;
};

export type TrackedPair = { account: string; symbol: string; orders: TrackedOrder[] };

/**
 * Pairs whose open orders have to be read: those with orders on the exchange, and those where foreign orders or a
 * learnt cap keep ours waiting. Orders in flight are left to their claims.
 */
export async function readTrackedPairs(sql: Sql): Promise<TrackedPair[]> {
  return await sql<TrackedPair[]>`
    with live as (
      select e.account, e.symbol, jsonb_agg(jsonb_build_object('orderId', e.id, 'attempt', a.number,
        'clientOrderId', a.client_id, 'triggeredOrderId', a.triggered_order_id, 'conditional', a.conditional,
        'status', e.status, 'executed', a.executed::text, 'request', a.request,
        'updatedAt', (extract(epoch from e.updated_at) * 1000)::bigint)) as orders
      from orders.entry e join orders.attempt a on a.order_id = e.id and a.number = e.attempt
      where e.status in ('open', 'triggered')
      group by e.account, e.symbol),
    crowded as (
      select account, symbol from orders.foreign_count where open > 0
      union select account, symbol from orders.learnt_cap where until > clock_timestamp() and symbol <> '*')
    select account, symbol, coalesce(l.orders, '[]') as orders
    from live l full join crowded c using (account, symbol)
    order by account, symbol`;
}

/** Of some client ids, those of our own attempts. */
export async function readKnownClientIds(sql: Sql, clientIds: string[]): Promise<Set<string>> {
  if (clientIds.length === 0) return new Set();
  const rows = await sql<{ client_id: string }[]>`
    select client_id from orders.attempt where client_id = any(${clientIds}::text[])`;
  return new Set(rows.map((row) => row.client_id));
}

/**
 * Foreign orders of a pair as just counted. Fewer than before make room, so the pair is due. The count is written before
 * the due row, as recording does it: unread, Postgres would keep it for last, and the two would wait for each other.
 */
export async function writeForeignCount(
  sql: Sql,
  account: string,
  symbol: string,
  count: { open: number; conditional: number },
): Promise<void> {
  await sql`
    with known as (
      select open, conditional from orders.foreign_count where account = ${account} and symbol = ${symbol}),
    written as (
      insert into orders.foreign_count as f (account, symbol, open, conditional, counted_at)
      select ${account}, ${symbol}, ${count.open}, ${count.conditional}, clock_timestamp()
      where ${count.open}::int > 0 or exists (select from known)
      on conflict (account, symbol) do update
        set open = excluded.open, conditional = excluded.conditional, counted_at = excluded.counted_at
      returning 1)
    insert into orders.rebalance_due as d (account, symbol, due_at)
    select ${account}, ${symbol}, clock_timestamp() from known cross join (select count(*) from written) counted
    where known.open <> ${count.open} or known.conditional <> ${count.conditional}
    on conflict (account, symbol) do update set due_at = least(d.due_at, excluded.due_at), version = d.version + 1`;
}

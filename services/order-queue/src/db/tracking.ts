import type { PlaceOrder } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import type { Pair } from '../orders/order.ts';

/** One of our orders that should be on the exchange, with its current attempt. */
export type TrackedOrder = {
  orderId: number;
  strategy: string;
  attempt: number;
  clientOrderId: string;
  exchangeOrderId: string | null;
  triggeredOrderId: string | null;
  conditional: boolean;
  status: string;
  executed: string;
  request: PlaceOrder;
  /** When its attempt was opened, ms since the epoch; it left within seconds. */
  sentAt: number;
  /** ms since the epoch. */
  updatedAt: number;
};

/**
 * Pairs whose open orders have to be read: those with orders on the exchange, and those where foreign orders or a
 * learnt cap keep ours waiting. From indexes alone: there may be hundreds of thousands of orders behind them.
 */
export async function readTrackedPairs(sql: Sql): Promise<Pair[]> {
  return await sql<Pair[]>`
    select account, symbol from orders.entry
    where status in ('submitting', 'open', 'cancelling', 'unresolved_place', 'unresolved_cancel', 'triggered')
    union select account, symbol from orders.foreign_count where open > 0 or conditional > 0
    union select account, symbol from orders.learnt_cap where until > clock_timestamp() and symbol <> '*'
    order by account, symbol`;
}

/** Our orders of a pair that rest on the exchange by what we know. Orders in flight are left to their claims. */
export async function readTrackedOrders(sql: Sql, { account, symbol }: Pair): Promise<TrackedOrder[]> {
  return await sql<TrackedOrder[]>`
    select e.id as "orderId", e.strategy, a.number as attempt, a.client_id as "clientOrderId",
      a.exchange_order_id as "exchangeOrderId", a.triggered_order_id as "triggeredOrderId", a.conditional, e.status, a.executed::text as executed, a.request,
      (extract(epoch from a.created_at) * 1000)::bigint as "sentAt",
      (extract(epoch from e.updated_at) * 1000)::bigint as "updatedAt"
    from orders.entry e join orders.attempt a on a.order_id = e.id and a.number = e.attempt
    where e.account = ${account} and e.symbol = ${symbol} and e.status in ('open', 'triggered')
    order by e.id`;
}

/**
 * Of some client ids on the exchange's list, those of our own attempts of the account that may stand there. One whose
 * end was recorded a while ago should not: it takes room like a stranger's, and a person has to hear of it.
 */
export async function readKnownClientIds(sql: Sql, account: string, clientIds: string[]): Promise<Set<string>> {
  if (clientIds.length === 0) return new Set();
  const rows = await sql<{ client_id: string }[]>`
    select client_id from orders.attempt
    where client_id = any(${clientIds}::text[]) and account = ${account}
      and not (final and reported_at < clock_timestamp() - interval '30 seconds')`;
  return new Set(rows.map((row) => row.client_id));
}

/** The same where the venue knows its own numbers alone, which are given anew each day. */
export async function readKnownExchangeIds(
  sql: Sql,
  account: string,
  symbol: string,
  exchangeIds: string[],
): Promise<Set<string>> {
  if (exchangeIds.length === 0) return new Set();
  const rows = await sql<{ id: string }[]>`
    select exchange_order_id as id from orders.attempt
    where exchange_order_id = any(${exchangeIds}::text[]) and account = ${account} and symbol = ${symbol}
      and created_at > clock_timestamp() - interval '1 day'
      and not (final and reported_at < clock_timestamp() - interval '30 seconds')`;
  return new Set(rows.map((row) => row.id));
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

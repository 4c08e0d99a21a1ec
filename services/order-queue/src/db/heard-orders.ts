import type { Sql } from '@sluice/service-runtime';

/** What is known of an attempt that the stream tells of. */
export type KnownAttempt = {
  orderId: number;
  attempt: number;
  /** It is the order's last; what an earlier one has executed is counted already. */
  current: boolean;
  clientId: string;
  exchangeOrderId: string | null;
  triggeredOrderId: string | null;
  symbol: string;
  status: string;
  executed: string;
  final: boolean;
};

/** Attempts of an account by their client ids, or by the id of the order a stop became. */
export async function readKnownAttempts(
  sql: Sql,
  account: string,
  clientIds: string[],
  exchangeIds: string[],
): Promise<KnownAttempt[]> {
  return await sql<KnownAttempt[]>`
    with heard as (
      select order_id, number from orders.attempt where client_id = any(${clientIds}::text[])
      union
      select order_id, number from orders.attempt where triggered_order_id = any(${exchangeIds}::text[]))
    select a.order_id as "orderId", a.number as attempt, e.attempt = a.number as current, a.client_id as "clientId",
      a.exchange_order_id as "exchangeOrderId", a.triggered_order_id as "triggeredOrderId", a.symbol, e.status,
      a.executed::text as executed, a.final
    from heard h
    join orders.attempt a on a.order_id = h.order_id and a.number = h.number
    join orders.entry e on e.id = a.order_id
    where a.account = ${account}`;
}

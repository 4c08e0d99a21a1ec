import type { SqlOrTx } from '@sluice/service-runtime';

export type AttemptRow = {
  number: number;
  clientOrderId: string;
  exchangeOrderId: string | null;
  triggeredOrderId: string | null;
  quantity: string;
  executed: string;
  final: boolean;
  action: string | null;
  signedAt: Date | null;
  reportedAt: Date | null;
};
export type EventRow = {
  at: Date;
  kind: string;
  state: string;
  attempt: number;
  cause: string | null;
  detail: Record<string, unknown> | null;
};

/** Every try to place an order, first to last. */
export async function readAttempts(sql: SqlOrTx, orderId: number): Promise<AttemptRow[]> {
  return await sql<AttemptRow[]>`
    select number, client_order_id as "clientOrderId", exchange_order_id as "exchangeOrderId",
      triggered_order_id as "triggeredOrderId", quantity, trim_scale(executed)::text as executed, final, action,
      signed_at as "signedAt", reported_at as "reportedAt"
    from orders.attempt_view where order_id = ${orderId} order by number`;
}

/** An order swapped in and out for days has thousands; the newest are told. */
const eventsAtMost = 500;

/** What happened to an order, oldest first. */
export async function readEvents(sql: SqlOrTx, orderId: number): Promise<EventRow[]> {
  return await sql<EventRow[]>`
    select at, kind, state, attempt, cause, detail from (
      select * from orders.event_view where order_id = ${orderId} order by id desc limit ${eventsAtMost}) newest
    order by id`;
}

import type { OrderEventKind } from '@sluice/contracts';
import type { Tx } from '@sluice/service-runtime';
import type { OrderStatus } from '../orders/order.ts';
import type { Order } from './order-row.ts';

/** One row of an order's history. */
export type OrderEvent = {
  orderId: number;
  kind: OrderEventKind;
  status: OrderStatus;
  attempt: number;
  /** The alert or the job that made it happen. */
  cause: string | null;
  detail: Record<string, unknown> | null;
};

/** An order as it is to be, and the status it was read with: every status write compares the status it read. */
export type OrderChange = { order: Order; readStatus: OrderStatus };

/** A row was not as it was read under its pair's lock: a fault in our own code. The transaction must be rolled back. */
class StatusConflict extends Error {
  override readonly name = 'StatusConflict';
}

/** Writes changed orders, their current attempts and the events, in three statements however many there are. */
export async function writeOrders(
  tx: Tx,
  changes: OrderChange[],
  attempts: Order[],
  events: OrderEvent[],
  carrier: Record<string, string> | null,
): Promise<void> {
  const [written] = await Promise.all([
    changes.length === 0 ? 0 : updateEntries(tx, changes),
    attempts.length === 0 ? 0 : upsertAttempts(tx, attempts, carrier),
    events.length === 0 ? 0 : insertEvents(tx, events),
  ]);
  if (written !== changes.length) {
    throw new StatusConflict(
      `${changes.length - written} of ${changes.length} orders were not in the status they were read with`,
    );
  }
}

async function updateEntries(tx: Tx, changes: OrderChange[]): Promise<number> {
  const rows = changes.map(({ order, readStatus }) => ({
    id: order.id,
    read_status: readStatus,
    status: order.status,
    wanted: order.wanted,
    executed: order.executed.toFixed(),
    attempt: order.attempt?.number ?? 0,
    partly_filled: order.partlyFilled,
    retries: order.retries,
    retry_at: isoOrNull(order.retryAt),
    failure_type: order.failure?.type ?? null,
    failure_code: order.failure?.code ?? null,
    failure_message: order.failure?.message ?? null,
    announced: order.announced,
    stop_announced: order.stopAnnounced,
    cause_alert: order.causeAlert,
    cancel_alert: order.cancelAlert,
  }));
  const result = await tx`
    update orders.entry e set
      status = c.status, wanted = c.wanted, executed = c.executed, attempt = c.attempt, partly_filled = c.partly_filled,
      retries = c.retries, retry_at = c.retry_at, failure_type = c.failure_type, failure_code = c.failure_code,
      failure_message = c.failure_message, announced = c.announced, stop_announced = c.stop_announced, cause_alert = c.cause_alert,
      cancel_alert = c.cancel_alert, updated_at = clock_timestamp(),
      ended_at = case when c.status in ('filled', 'cancelled', 'rejected', 'failed', 'expired')
                      then coalesce(e.ended_at, clock_timestamp()) end
    from jsonb_to_recordset(${tx.json(rows)}) c(id bigint, read_status text, status text, wanted text, executed numeric,
      attempt integer, partly_filled boolean, retries integer, retry_at timestamptz, failure_type text,
      failure_code text, failure_message text, announced boolean, stop_announced boolean, cause_alert text, cancel_alert text)
    where e.id = c.id and e.status = c.read_status`;
  return result.count;
}

async function upsertAttempts(tx: Tx, orders: Order[], carrier: Record<string, string> | null): Promise<number> {
  const rows = orders.map((order) => {
    const attempt = order.attempt!;
    return {
      order_id: order.id,
      number: attempt.number,
      client_id: attempt.clientId,
      account: order.account,
      symbol: order.symbol,
      conditional: attempt.conditional,
      request: attempt.request,
      action: attempt.action,
      claimed_by: attempt.claimedBy,
      fence: attempt.fence,
      signed_at: isoOrNull(attempt.signedAt),
      due_at: isoOrNull(attempt.dueAt),
      lookups: attempt.lookups,
      absences: attempt.absences,
      exchange_order_id: attempt.exchangeOrderId,
      triggered_order_id: attempt.triggeredOrderId,
      person_since: isoOrNull(attempt.personSince),
      executed: attempt.executed.toFixed(),
      final: attempt.final,
    };
  });
  const result = await tx`
    insert into orders.attempt as a (order_id, number, client_id, account, symbol, conditional, request, action, claimed_by,
      fence, signed_at, due_at, lookups, absences, carrier, exchange_order_id, triggered_order_id, person_since, executed, final)
    select c.order_id, c.number, c.client_id, c.account, c.symbol, c.conditional, c.request, c.action, c.claimed_by,
      c.fence, c.signed_at, c.due_at, c.lookups, c.absences, ${carrier === null ? null : tx.json(carrier)}::jsonb,
      c.exchange_order_id, c.triggered_order_id, c.person_since, c.executed, c.final
    from jsonb_to_recordset(${tx.json(rows)}) c(order_id bigint, number integer, client_id text, account text, symbol text,
      conditional boolean, request jsonb, action text, claimed_by text, fence bigint, signed_at timestamptz,
      due_at timestamptz, lookups integer, absences integer, exchange_order_id text, triggered_order_id text,
      person_since timestamptz, executed numeric, final boolean)
    on conflict (order_id, number) do update set
      action = excluded.action, claimed_by = excluded.claimed_by,
      -- Never back: a claim of another process may have moved them since this row was read.
      fence = greatest(a.fence, excluded.fence), signed_at = greatest(a.signed_at, excluded.signed_at),
      due_at = excluded.due_at, lookups = excluded.lookups, absences = excluded.absences,
      carrier = coalesce(excluded.carrier, a.carrier), exchange_order_id = excluded.exchange_order_id,
      triggered_order_id = excluded.triggered_order_id, person_since = excluded.person_since, executed = excluded.executed, final = excluded.final,
      reported_at = clock_timestamp()`;
  return result.count;
}

async function insertEvents(tx: Tx, events: OrderEvent[]): Promise<number> {
  const rows = events.map((event, place) => ({
    place,
    order_id: event.orderId,
    kind: event.kind,
    status: event.status,
    attempt: event.attempt,
    cause: event.cause,
    detail: event.detail,
  }));
  const result = await tx`
    insert into orders.event (order_id, kind, status, attempt, cause, detail)
    select order_id, kind, status, attempt, cause, detail
    from jsonb_to_recordset(${tx.json(rows as never)})
      e(place integer, order_id bigint, kind text, status text, attempt integer, cause text, detail jsonb)
    order by place`;
  return result.count;
}

function isoOrNull(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

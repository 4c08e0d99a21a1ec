import type { Tx } from '@sluice/service-runtime';
import { isEnded } from '../orders/order-status.ts';
import { priorityOf, sortPriceOf } from '../orders/rank.ts';
import type { Order } from './order-row.ts';

/** Draws ids for orders that are about to be stored, in ascending order. */
export async function drawOrderIds(tx: Tx, count: number): Promise<number[]> {
  if (count === 0) return [];
  const rows = await tx<{ id: number }[]>`select nextval('orders.entry_id') as id from generate_series(1, ${count})`;
  return rows.map((row) => row.id).sort((a, b) => a - b);
}

/** Stores new orders in the state their first plan gave them. */
export async function insertEntries(tx: Tx, orders: Order[]): Promise<void> {
  if (orders.length === 0) return;
  const rows = orders.map((order) => ({
    id: order.id,
    uuid: order.uuid,
    alert_id: order.alertId,
    strategy: order.strategy,
    account: order.account,
    venue: order.venue,
    symbol: order.symbol,
    order_index: order.orderIndex,
    arrival: order.arrival,
    type: order.type,
    side: order.side,
    price: order.price?.toFixed() ?? null,
    stop_price: order.stopPrice?.toFixed() ?? null,
    reduce_only: order.reduceOnly,
    quantity: order.quantity.toFixed(),
    priority: priorityOf(order.type),
    sort_price: sortPriceOf(order).toFixed(),
    status: order.status,
    wanted: order.wanted,
    attempt: order.attempt?.number ?? 0,
    failure_type: order.failure?.type ?? null,
    failure_message: order.failure?.message ?? null,
    announced: order.announced,
    stop_announced: order.stopAnnounced,
    cause_alert: order.causeAlert,
    received_at: new Date(order.receivedAt).toISOString(),
    send_before: order.sendBefore == null ? null : new Date(order.sendBefore).toISOString(),
    ended_at: isEnded(order.status) ? new Date().toISOString() : null,
  }));
  await tx`
    insert into orders.entry (id, uuid, alert_id, strategy, account, venue, symbol, order_index, arrival, type, side, price,
      stop_price, reduce_only, quantity, priority, sort_price, status, wanted, attempt, failure_type, failure_message,
      announced, stop_announced, cause_alert, received_at, send_before, ended_at)
    select id, uuid, alert_id, strategy, account, venue, symbol, order_index, arrival, type, side, price,
      stop_price, reduce_only, quantity, priority, sort_price, status, wanted, attempt, failure_type, failure_message,
      announced, stop_announced, cause_alert, received_at, send_before, ended_at
    from jsonb_to_recordset(${tx.json(rows)}) r(id bigint, uuid uuid, alert_id text, strategy text, account text, venue text,
      symbol text, order_index integer, arrival bigint, type text, side text, price numeric, stop_price numeric,
      reduce_only boolean, quantity numeric, priority smallint, sort_price numeric, status text, wanted text,
      attempt integer, failure_type text, failure_message text, announced boolean, stop_announced boolean, cause_alert text,
      received_at timestamptz, send_before timestamptz, ended_at timestamptz)`;
}

import type { AttemptRow, EventRow } from '../db/read-order-history.ts';
import type { OrderRow } from '../db/read-orders.ts';
import { tellEvent } from './tell-event.ts';
import { whyItWaits } from './why-it-waits.ts';

/** An order as it is shown. `rank` is null once it has ended, `waits` unless it waits. */
export type OrderAnswer = ReturnType<typeof orderAnswer>;

export function orderAnswer(row: OrderRow, now: number) {
  return {
    id: row.id,
    strategy: row.strategy,
    account: row.account,
    venue: row.venue,
    symbol: row.symbol,
    type: row.type,
    side: row.side,
    state: row.state,
    rank: row.rank,
    waits: whyItWaits(row, now),
    price: row.price,
    stop_price: row.stopPrice,
    quantity: row.quantity,
    executed: row.executed,
    remaining: row.remaining,
    reduce_only: row.reduceOnly,
    order_id: row.exchangeOrderId,
    client_order_id: row.clientOrderId,
    alert_id: row.alertId,
    order_index: row.orderIndex,
    attempts: row.attempts,
    needs_person_since: row.personSince?.toISOString() ?? null,
    failure: row.failureType === null ? null : `${row.failureType}: ${row.failureMessage ?? ''}`,
    received_at: row.receivedAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    ended_at: row.endedAt?.toISOString() ?? null,
  };
}

export type OrderStory = ReturnType<typeof orderStory>;

/** An order with every try to place it and everything that happened to it. */
export function orderStory(row: OrderRow, attempts: AttemptRow[], events: EventRow[], now: number) {
  return {
    order: orderAnswer(row, now),
    attempts: attempts.map((attempt) => ({
      number: attempt.number,
      client_order_id: attempt.clientOrderId,
      order_id: attempt.exchangeOrderId,
      triggered_order_id: attempt.triggeredOrderId,
      quantity: attempt.quantity,
      executed: attempt.executed,
      final: attempt.final,
      next: attempt.action,
      signed_at: attempt.signedAt?.toISOString() ?? null,
      reported_at: attempt.reportedAt?.toISOString() ?? null,
    })),
    events: events.map((event) => ({ ...event, at: event.at.toISOString(), text: tellEvent(event) })),
  };
}

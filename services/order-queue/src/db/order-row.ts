import { Decimal, type PlaceableOrderType, type Side, type VenueName } from '@sluice/contracts';
import type { PlaceOrder } from '@sluice/exchange';
import type { FailureRecord, OrderStatus, PlannableOrder, Wanted } from '../orders/order.ts';

/** The current attempt of an order, as recording and sending need it. */
export type AttemptState = {
  number: number;
  clientId: string;
  conditional: boolean;
  /** The wire parameters, saved before they are sent: a resend is identical. */
  request: PlaceOrder;
  /** What has to happen on the wire next. */
  action: 'place' | 'cancel' | 'find' | null;
  claimedBy: string | null;
  fence: number;
  /** ms since the epoch. */
  signedAt: number | null;
  dueAt: number | null;
  lookups: number;
  absences: number;
  exchangeOrderId: string | null;
  triggeredOrderId: string | null;
  /** When the venue's orders of the day were noted, right before it left; null where it never did, or need not be. */
  notedAt: number | null;
  /** Since when a person is asked what became of the placement; null while nobody is. */
  personSince: number | null;
  executed: Decimal;
  final: boolean;
};

/** An order as it is read under its pair's lock, changed in memory and written back once. */
export type Order = PlannableOrder & {
  uuid: string;
  alertId: string;
  strategy: string;
  account: string;
  venue: VenueName;
  symbol: string;
  attempt: AttemptState | null;
  retries: number;
  failure: FailureRecord | null;
  announced: boolean;
  /** A person was told that this stop waits off the exchange. */
  stopAnnounced: boolean;
  causeAlert: string | null;
  cancelAlert: string | null;
  /** ms since the epoch. */
  receivedAt: number;
  /** ms since the epoch; null for orders that never age. */
  sendBefore: number | null;
};

/** Columns every reader of orders selects; `e` is the entry, `a` its current attempt or nothing. */
export const orderColumns = `
  e.id, e.uuid, e.alert_id, e.strategy, e.account, e.venue, e.symbol, e.order_index, e.arrival, e.type, e.side, e.price,
  e.stop_price, e.reduce_only, e.quantity, e.executed, e.status, e.wanted, e.attempt, e.partly_filled, e.retries,
  e.retry_at, e.failure_type, e.failure_code, e.failure_message, e.announced, e.stop_announced, e.cause_alert, e.cancel_alert,
  e.received_at, e.send_before,
  a.client_id, a.conditional, a.request, a.action, a.claimed_by, a.fence, a.signed_at, a.due_at, a.lookups, a.absences,
  a.exchange_order_id, a.triggered_order_id, a.noted_at, a.person_since, a.executed as attempt_executed, a.final`;

export type OrderRow = {
  id: number;
  uuid: string;
  alert_id: string;
  strategy: string;
  account: string;
  venue: string;
  symbol: string;
  order_index: number;
  arrival: number;
  type: string;
  side: string;
  price: string | null;
  stop_price: string | null;
  reduce_only: boolean;
  quantity: string;
  executed: string;
  status: string;
  wanted: string;
  attempt: number;
  partly_filled: boolean;
  retries: number;
  retry_at: Date | null;
  failure_type: string | null;
  failure_code: string | null;
  failure_message: string | null;
  announced: boolean;
  stop_announced: boolean;
  cause_alert: string | null;
  cancel_alert: string | null;
  received_at: Date;
  send_before: Date | null;
  client_id: string | null;
  conditional: boolean | null;
  request: PlaceOrder | null;
  action: string | null;
  claimed_by: string | null;
  fence: number | null;
  signed_at: Date | null;
  due_at: Date | null;
  lookups: number | null;
  absences: number | null;
  exchange_order_id: string | null;
  triggered_order_id: string | null;
  noted_at: Date | null;
  person_since: Date | null;
  attempt_executed: string | null;
  final: boolean | null;
};

/** Reads a row into the shape the pure core works on. */
export function orderFromRow(row: OrderRow): Order {
  return {
    id: row.id,
    uuid: row.uuid,
    alertId: row.alert_id,
    strategy: row.strategy,
    account: row.account,
    venue: row.venue as VenueName,
    symbol: row.symbol,
    orderIndex: row.order_index,
    arrival: row.arrival,
    type: row.type as PlaceableOrderType,
    side: row.side as Side,
    price: row.price === null ? null : new Decimal(row.price),
    stopPrice: row.stop_price === null ? null : new Decimal(row.stop_price),
    reduceOnly: row.reduce_only,
    quantity: new Decimal(row.quantity),
    executed: new Decimal(row.executed),
    status: row.status as OrderStatus,
    wanted: row.wanted as Wanted,
    partlyFilled: row.partly_filled,
    retries: row.retries,
    retryAt: row.retry_at === null ? null : row.retry_at.getTime(),
    failure:
      row.failure_type === null
        ? null
        : {
            type: row.failure_type as FailureRecord['type'],
            code: row.failure_code,
            message: row.failure_message ?? '',
          },
    announced: row.announced,
    stopAnnounced: row.stop_announced,
    causeAlert: row.cause_alert,
    cancelAlert: row.cancel_alert,
    receivedAt: row.received_at.getTime(),
    sendBefore: row.send_before === null ? null : row.send_before.getTime(),
    attempt: row.client_id === null ? null : attemptFromRow(row, row.client_id),
  };
}

function attemptFromRow(row: OrderRow, clientId: string): AttemptState {
  return {
    number: row.attempt,
    clientId,
    conditional: row.conditional ?? false,
    request: row.request!,
    action: row.action as AttemptState['action'],
    claimedBy: row.claimed_by,
    fence: row.fence ?? 0,
    signedAt: row.signed_at === null ? null : row.signed_at.getTime(),
    dueAt: row.due_at === null ? null : row.due_at.getTime(),
    lookups: row.lookups ?? 0,
    absences: row.absences ?? 0,
    exchangeOrderId: row.exchange_order_id,
    triggeredOrderId: row.triggered_order_id,
    notedAt: row.noted_at === null ? null : row.noted_at.getTime(),
    personSince: row.person_since === null ? null : row.person_since.getTime(),
    executed: new Decimal(row.attempt_executed ?? 0),
    final: row.final ?? false,
  };
}

import { failedCancel, failedLookup, failedPlace } from '../classify/failed-outcome.ts';
import type {
  CancelOutcome,
  Failure,
  LookupOutcome,
  OrderRef,
  OrderReport,
  PlaceOrder,
  PlaceOutcome,
  RequestStamp,
} from '../exchange.ts';
import type { Connection } from './connection.ts';
import { mapOrder } from './map-order.ts';
import { orderParams } from './order-params.ts';

// There are no batches on spot: every order travels in a request of its own, those of a call side by side.

export async function placeOrders(
  connection: Connection,
  orders: PlaceOrder[],
  stamp: RequestStamp,
): Promise<PlaceOutcome[]> {
  return await Promise.all(orders.map((order) => place(connection, order, stamp)));
}

async function place(connection: Connection, order: PlaceOrder, stamp: RequestStamp): Promise<PlaceOutcome> {
  if (order.reduceOnly && order.side === 'buy') return { kind: 'refused', failure: noShorts };
  const params = { ...orderParams(order, connection.symbols.toVenue(order.symbol)), ...connection.stamped(stamp) };
  const answer = await connection.ask('place', (ccxt) => ccxt.privatePostOrder(params));
  if (!answer.ok) return failedPlace(answer);
  const report = named(order.clientOrderId, mapOrder(answer.data, connection.symbols.fromVenue));
  return report === undefined ? failedPlace(connection.unreadable('place')) : { kind: 'accepted', report };
}

/** By client id, never by the exchange's cancel-all. */
export async function cancelOrders(
  connection: Connection,
  orders: OrderRef[],
  stamp: RequestStamp,
): Promise<CancelOutcome[]> {
  return await Promise.all(orders.map((order) => cancel(connection, order, stamp)));
}

async function cancel(connection: Connection, order: OrderRef, stamp: RequestStamp): Promise<CancelOutcome> {
  const params = { ...nameOf(connection, order), ...connection.stamped(stamp) };
  const answer = await connection.ask('cancel', (ccxt) => ccxt.privateDeleteOrder(params));
  if (!answer.ok) return failedCancel(answer);
  const report = named(order.clientOrderId, mapOrder(answer.data, connection.symbols.fromVenue));
  return report === undefined ? failedCancel(connection.unreadable('cancel')) : { kind: 'cancelled', report };
}

/** A stop is found under the same id before and after its trigger. */
export async function findOrder(connection: Connection, order: OrderRef): Promise<LookupOutcome> {
  const params = { ...nameOf(connection, order), ...connection.stampedNow() };
  const answer = await connection.ask('find', (ccxt) => ccxt.privateGetOrder(params));
  if (!answer.ok) return failedLookup(answer);
  const report = named(order.clientOrderId, mapOrder(answer.data, connection.symbols.fromVenue));
  return report === undefined
    ? { kind: 'unavailable', failure: connection.unreadable('find').failure }
    : { kind: 'found', report };
}

function nameOf(connection: Connection, { symbol, clientOrderId }: OrderRef) {
  return { symbol: connection.symbols.toVenue(symbol), origClientOrderId: clientOrderId };
}

/** An answer about another order than ours is no answer; it must neither adopt a stranger nor prove ours absent. */
function named(clientOrderId: string, report: OrderReport | undefined): OrderReport | undefined {
  return report?.clientOrderId === clientOrderId ? report : undefined;
}

const noShorts: Failure = {
  type: 'unknown',
  action: 'fail',
  code: null,
  message: 'a reduce-only buy closes a short, and on spot there are none; nothing was sent',
  retryAfterMs: null,
};

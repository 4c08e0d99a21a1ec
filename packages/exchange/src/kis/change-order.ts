import { failedCancel, failedPlace } from '../classify/failed-outcome.ts';
import {
  type CancelOutcome,
  type DayOrder,
  ExchangeError,
  type Failure,
  type LookupOutcome,
  type OrderRef,
  type PlaceOutcome,
  type RequestStamp,
} from '../exchange.ts';
import { type KisConnection, unreadable } from './connection.ts';
import { isAlive } from './map-order.ts';
import { changeFields, isKisOrderType } from './order-fields.ts';
import { fromOrderId, type KisOrderId } from './order-id.ts';
import { acknowledged, takenIn } from './place-order.ts';
import { readDays } from './read-day.ts';

const PATH = '/uapi/domestic-stock/v1/trading/order-rvsecncl';

/** Looks one order up in the list of its day. Without its number there is nothing to look for. */
export async function findOrder(connection: KisConnection, order: OrderRef): Promise<LookupOutcome> {
  const id = idOf(order);
  if (id === undefined) return { kind: 'unavailable', failure: noNumber };
  try {
    const report = await findInList(connection, order.symbol, id);
    return report === undefined ? { kind: 'absent' } : { kind: 'found', report };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    const { failure } = error;
    return { kind: failure.type === 'invalid_symbol' ? 'no_market' : 'unavailable', failure };
  }
}

/**
 * Cancels all that is left of an order. KIS answers once it has taken in the request; whether the cancel or a fill came
 * first only the list of the day tells.
 */
export async function cancelOrder(
  connection: KisConnection,
  order: OrderRef,
  stamp: RequestStamp,
): Promise<CancelOutcome> {
  const id = idOf(order);
  if (id === undefined) return { kind: 'refused', failure: noNumber };
  const fields = changeFields(connection, id, { kind: 'cancel' });
  const answer = await connection.ask('cancel', change(connection, fields, stamp));
  if (!answer.ok) return failedCancel(answer);
  const seen = await findOrder(connection, order);
  if (seen.kind === 'found' && seen.report.status === 'cancelled') return { kind: 'cancelled', report: seen.report };
  if (seen.kind === 'found' && !isAlive(seen.report)) return { kind: 'gone', failure: overtaken };
  return { kind: 'unresolved', failure: notConfirmed };
}

/** Gives what is left of an order another price; it goes on under a number of its own. */
export async function amendOrder(
  connection: KisConnection,
  order: OrderRef,
  to: { price: string },
  stamp: RequestStamp,
): Promise<PlaceOutcome> {
  const seen = await findOrder(connection, order);
  const id = idOf(order);
  if (seen.kind !== 'found' || id === undefined) {
    return { kind: 'refused', failure: 'failure' in seen ? seen.failure : notConfirmed };
  }
  const { report } = seen;
  if (!isKisOrderType(report.type)) return { kind: 'refused', failure: notConfirmed };
  const { type, quantity } = report;
  const fields = changeFields(connection, id, { kind: 'amend', type, quantity, price: to.price });
  const answer = await connection.ask('place', change(connection, fields, stamp));
  if (!answer.ok) return failedPlace(answer);
  const taken = takenIn.safeParse(answer.body);
  if (!taken.success) return failedPlace(unreadable('place'));
  return { kind: 'accepted', report: acknowledged(connection, { ...report, price: to.price }, taken.data.output) };
}

function change(connection: KisConnection, fields: Record<string, string>, stamp: RequestStamp) {
  return { method: 'POST', path: PATH, transaction: connection.domain.transactions.change, fields, stamp } as const;
}

async function findInList(connection: KisConnection, symbol: string, id: KisOrderId): Promise<DayOrder | undefined> {
  const orders = await readDays(connection, symbol, { from: id.day, to: id.day });
  return orders.find((order) => fromOrderId(order.exchangeOrderId)?.number === id.number);
}

function idOf(order: OrderRef): KisOrderId | undefined {
  return order.exchangeOrderId == null ? undefined : fromOrderId(order.exchangeOrderId);
}

const noNumber: Failure = {
  type: 'unknown',
  action: 'resolve',
  code: null,
  message: 'its number on the exchange is not known; only the list of the day can tell of it',
  retryAfterMs: null,
};
const notConfirmed: Failure = { ...noNumber, message: 'the cancel was taken in and is not confirmed yet' };
const overtaken: Failure = { ...noNumber, message: 'it had ended before the cancel' };

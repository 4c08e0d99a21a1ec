import type { Answer } from '../ccxt/read-answer.ts';
import type { Params } from '../ccxt/venue-dialect.ts';
import { failedCancel } from '../classify/failed-outcome.ts';
import type { CancelOutcome, Failure, OrderRef, RequestStamp } from '../exchange.ts';
import { LINEAR } from './answer-shape.ts';
import type { Connection } from './connection.ts';
import { findOrder } from './find-order.ts';
import { groupsOf, ORDERS_PER_BATCH } from './place-orders.ts';

/** One outcome per order, in the order given; by client id, never by the exchange's cancel-all. */
export async function cancelOrders(
  connection: Connection,
  orders: OrderRef[],
  stamp: RequestStamp,
): Promise<CancelOutcome[]> {
  const groups = await Promise.all(
    groupsOf(ORDERS_PER_BATCH, orders).map((group) =>
      group.length === 1 ? cancelOne(connection, group[0]!, stamp) : cancelBatch(connection, group, stamp),
    ),
  );
  return groups.flat();
}

async function cancelOne(connection: Connection, order: OrderRef, stamp: RequestStamp): Promise<CancelOutcome[]> {
  const params = { ...LINEAR, ...nameOf(connection, order), ...connection.stamped(stamp) };
  const answer = await connection.ask('cancel', (ccxt) => ccxt.privatePostV5OrderCancel(params));
  return [await cancelled(connection, order, answer)];
}

async function cancelBatch(connection: Connection, orders: OrderRef[], stamp: RequestStamp): Promise<CancelOutcome[]> {
  const request = orders.map((order) => nameOf(connection, order));
  const params = { ...LINEAR, request, ...connection.stamped(stamp) };
  const answers = await connection.askEach(
    'cancel',
    (ccxt) => ccxt.privatePostV5OrderCancelBatch(params),
    orders.length,
  );
  return await Promise.all(orders.map((order, index) => cancelled(connection, order, answers[index]!)));
}

function nameOf(connection: Connection, order: OrderRef): Params {
  return { symbol: connection.symbols.toVenue(order.symbol), orderLinkId: order.clientOrderId };
}

/** The answer says only that the cancel was received; what the order had executed by then its look-up says. */
async function cancelled(connection: Connection, order: OrderRef, answer: Answer): Promise<CancelOutcome> {
  if (!answer.ok) return failedCancel(answer);
  const seen = await findOrder(connection, order);
  if (seen.kind === 'found' && seen.report.status !== 'open' && seen.report.status !== 'triggered') {
    return { kind: 'cancelled', report: seen.report };
  }
  return { kind: 'unresolved', failure: seen.kind === 'unavailable' ? seen.failure : notYet };
}

const notYet: Failure = {
  type: 'network_error',
  action: 'resolve',
  code: null,
  message: 'the exchange took the cancel in and does not show the order as ended yet',
  retryAfterMs: null,
};

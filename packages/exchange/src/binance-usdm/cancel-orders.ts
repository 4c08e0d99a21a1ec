import type { Answer } from '../ccxt/read-answer.ts';
import { failedCancel } from '../classify/failed-outcome.ts';
import type { CancelOutcome, OrderRef, OrderReport, RequestStamp } from '../exchange.ts';
import type { Connection } from './connection.ts';
import { findAlgo } from './find-order.ts';
import { mapOrder, mergeTriggered } from './map-order.ts';
import { batchCancelParams } from './order-params.ts';
import { groupsOf } from './place-orders.ts';

/** Binance's bound for one `DELETE /fapi/v1/batchOrders`. */
const CANCELS_PER_BATCH = 10;

/** One outcome per order, in the order given; by client id, never by the exchange's cancel-all. */
export async function cancelOrders(
  connection: Connection,
  orders: OrderRef[],
  stamp: RequestStamp,
): Promise<CancelOutcome[]> {
  const outcomes = new Map<OrderRef, CancelOutcome>();
  const note = async (group: OrderRef[], cancelled: Promise<CancelOutcome[]>) => {
    const results = await cancelled;
    group.forEach((order, index) => {
      outcomes.set(order, results[index]!);
    });
  };
  const stops = orders.filter((order) => order.conditional);
  const bySymbol = Map.groupBy(
    orders.filter((order) => !order.conditional),
    (order) => order.symbol,
  );
  await Promise.all([
    ...stops.map((order) => note([order], cancelStop(connection, order, stamp))),
    ...[...bySymbol.values()]
      .flatMap((group) => groupsOf(CANCELS_PER_BATCH, group))
      .map((group) =>
        note(
          group,
          group.length === 1 ? cancelOne(connection, group[0]!, stamp) : cancelBatch(connection, group, stamp),
        ),
      ),
  ]);
  return orders.map((order) => outcomes.get(order)!);
}

async function cancelOne(connection: Connection, order: OrderRef, stamp: RequestStamp): Promise<CancelOutcome[]> {
  const params = {
    symbol: connection.symbols.toVenue(order.symbol),
    origClientOrderId: order.clientOrderId,
    ...connection.stamped(stamp),
  };
  const answer = await connection.ask('cancel', (ccxt) => ccxt.fapiPrivateDeleteOrder(params));
  return [cancelled(connection, order, answer)];
}

async function cancelBatch(connection: Connection, orders: OrderRef[], stamp: RequestStamp): Promise<CancelOutcome[]> {
  const symbol = connection.symbols.toVenue(orders[0]!.symbol);
  const params = { ...batchCancelParams(orders, symbol), ...connection.stamped(stamp) };
  const answers = await connection.askEach(
    'cancel',
    (ccxt) => ccxt.fapiPrivateDeleteBatchOrders(params),
    orders.length,
  );
  return orders.map((order, index) => cancelled(connection, order, answers[index]!));
}

function cancelled(connection: Connection, order: OrderRef, answer: Answer): CancelOutcome {
  if (!answer.ok) return failedCancel(answer);
  const report = mapOrder(answer.data, connection.symbols.fromVenue, 'state');
  if (report === undefined || report.clientOrderId !== order.clientOrderId)
    return failedCancel(connection.unreadable('cancel'));
  return { kind: 'cancelled', report };
}

/** A stop is cancelled in the Algo Service; once triggered, its order is cancelled in the matching engine. */
async function cancelStop(connection: Connection, order: OrderRef, stamp: RequestStamp): Promise<CancelOutcome[]> {
  const params = { clientAlgoId: order.clientOrderId, ...connection.stamped(stamp) };
  const answer = await connection.ask('cancel', (ccxt) => ccxt.fapiPrivateDeleteAlgoOrder(params));
  if (!answer.ok && answer.outcome !== 'gone') return [failedCancel(answer)];

  // Success names only ids, and "unknown" may mean triggered: the order itself is needed either way.
  const seen = await findAlgo(connection, order);
  if (answer.ok) return [cancelledStop(connection, seen.kind === 'found' ? seen.report : undefined)];
  if (seen.kind !== 'found' || seen.report.triggeredOrderId === null || seen.report.status !== 'triggered') {
    return [failedCancel(answer)];
  }
  return [await cancelTriggered(connection, seen.report, seen.report.triggeredOrderId, stamp)];
}

/** Cancelled before its trigger, so it has executed nothing, whatever a lagging read still shows. */
function cancelledStop(connection: Connection, report: OrderReport | undefined): CancelOutcome {
  if (report === undefined || report.triggeredOrderId !== null) return failedCancel(connection.unreadable('cancel'));
  return { kind: 'cancelled', report: { ...report, status: 'cancelled', executed: '0' } };
}

async function cancelTriggered(
  connection: Connection,
  stop: OrderReport,
  orderId: string,
  stamp: RequestStamp,
): Promise<CancelOutcome> {
  const params = { symbol: connection.symbols.toVenue(stop.symbol), orderId, ...connection.stamped(stamp) };
  const answer = await connection.ask('cancel', (ccxt) => ccxt.fapiPrivateDeleteOrder(params));
  if (!answer.ok) return failedCancel(answer);
  const report = mapOrder(answer.data, connection.symbols.fromVenue, 'state');
  if (report === undefined || report.exchangeOrderId !== orderId) return failedCancel(connection.unreadable('cancel'));
  return { kind: 'cancelled', report: mergeTriggered(stop, report) };
}

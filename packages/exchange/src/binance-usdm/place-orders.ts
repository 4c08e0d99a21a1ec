import { isConditional } from '../ccxt/is-conditional.ts';
import type { Answer } from '../ccxt/read-answer.ts';
import { failedPlace } from '../classify/failed-outcome.ts';
import type { PlaceOrder, PlaceOutcome, RequestStamp } from '../exchange.ts';
import type { Connection } from './connection.ts';
import { mapAlgoOrder, mapOrder } from './map-order.ts';
import { algoOrderParams, orderParams } from './order-params.ts';

/** Binance's bound for one `POST /fapi/v1/batchOrders`; a larger one is refused whole with -4082. */
const ORDERS_PER_BATCH = 5;

/** One outcome per order, in the order given. Groups of five share a request, stops travel alone, all in parallel. */
export async function placeOrders(
  connection: Connection,
  orders: PlaceOrder[],
  stamp: RequestStamp,
): Promise<PlaceOutcome[]> {
  const outcomes = new Map<PlaceOrder, PlaceOutcome>();
  const note = async (group: PlaceOrder[], placed: Promise<PlaceOutcome[]>) => {
    const results = await placed;
    group.forEach((order, index) => {
      outcomes.set(order, results[index]!);
    });
  };
  const stops = orders.filter(isConditional);
  const normal = orders.filter((order) => !isConditional(order));
  await Promise.all([
    ...stops.map((order) => note([order], placeStop(connection, order, stamp))),
    ...groupsOf(ORDERS_PER_BATCH, normal).map((group) =>
      note(group, group.length === 1 ? placeOne(connection, group[0]!, stamp) : placeBatch(connection, group, stamp)),
    ),
  ]);
  return orders.map((order) => outcomes.get(order)!);
}

async function placeOne(connection: Connection, order: PlaceOrder, stamp: RequestStamp): Promise<PlaceOutcome[]> {
  const params = { ...orderParams(order, connection.symbols.toVenue(order.symbol)), ...connection.stamped(stamp) };
  const answer = await connection.ask('place', (ccxt) => ccxt.fapiPrivatePostOrder(params));
  return [placed(connection, order, answer)];
}

async function placeBatch(connection: Connection, orders: PlaceOrder[], stamp: RequestStamp): Promise<PlaceOutcome[]> {
  const batchOrders = orders.map((order) => orderParams(order, connection.symbols.toVenue(order.symbol)));
  const params = { batchOrders, ...connection.stamped(stamp) };
  const answers = await connection.askEach('place', (ccxt) => ccxt.fapiPrivatePostBatchOrders(params), orders.length);
  return orders.map((order, index) => placed(connection, order, answers[index]!));
}

async function placeStop(connection: Connection, order: PlaceOrder, stamp: RequestStamp): Promise<PlaceOutcome[]> {
  const params = { ...algoOrderParams(order, connection.symbols.toVenue(order.symbol)), ...connection.stamped(stamp) };
  const answer = await connection.ask('place', (ccxt) => ccxt.fapiPrivatePostAlgoOrder(params));
  return [placed(connection, order, answer)];
}

/** An answer counts as acceptance only when it names our order; everything else leaves the send unresolved. */
function placed(connection: Connection, order: PlaceOrder, answer: Answer): PlaceOutcome {
  if (!answer.ok) return failedPlace(answer);
  const report = isConditional(order)
    ? mapAlgoOrder(answer.data, connection.symbols.fromVenue)
    : mapOrder(answer.data, connection.symbols.fromVenue, 'acknowledgement');
  if (report === undefined || report.clientOrderId !== order.clientOrderId) {
    return failedPlace(connection.unreadable('place'));
  }
  return { kind: 'accepted', report };
}

export function groupsOf<T>(size: number, items: T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

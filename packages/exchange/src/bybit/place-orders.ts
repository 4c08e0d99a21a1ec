import { z } from 'zod';
import { isConditional } from '../ccxt/is-conditional.ts';
import type { Answer } from '../ccxt/read-answer.ts';
import type { Params } from '../ccxt/venue-dialect.ts';
import { failedPlace } from '../classify/failed-outcome.ts';
import type { PlaceOrder, PlaceOutcome, RequestStamp } from '../exchange.ts';
import { LINEAR, resultOf } from './answer-shape.ts';
import type { Connection } from './connection.ts';

/** The exchange's pages name 10 and 20 as the bound of a batch; with the smaller one both are right. */
export const ORDERS_PER_BATCH = 10;

/** One outcome per order, in the order given. Groups share a request, stops travel alone, all in parallel. */
export async function placeOrders(
  connection: Connection,
  orders: PlaceOrder[],
  stamp: RequestStamp,
): Promise<PlaceOutcome[]> {
  const outcomes = new Map<PlaceOrder, PlaceOutcome>();
  const normal = orders.filter((order) => !isConditional(order));
  const groups = [...orders.filter(isConditional).map((order) => [order]), ...groupsOf(ORDERS_PER_BATCH, normal)];
  await Promise.all(
    groups.map(async (group) => {
      const placed =
        group.length === 1
          ? [await placeOne(connection, group[0]!, stamp)]
          : await placeBatch(connection, group, stamp);
      group.forEach((order, index) => {
        outcomes.set(order, placed[index]!);
      });
    }),
  );
  return orders.map((order) => outcomes.get(order)!);
}

async function placeOne(connection: Connection, order: PlaceOrder, stamp: RequestStamp): Promise<PlaceOutcome> {
  const params = { ...LINEAR, ...orderParams(connection, order), ...connection.stamped(stamp) };
  const answer = await connection.ask('place', (ccxt) => ccxt.privatePostV5OrderCreate(params));
  return placed(connection, order, answer.ok ? { ok: true, data: Object(resultOf(answer.data)) } : answer);
}

async function placeBatch(connection: Connection, orders: PlaceOrder[], stamp: RequestStamp): Promise<PlaceOutcome[]> {
  const request = orders.map((order) => orderParams(connection, order));
  const params = { ...LINEAR, request, ...connection.stamped(stamp) };
  const answers = await connection.askEach(
    'place',
    (ccxt) => ccxt.privatePostV5OrderCreateBatch(params),
    orders.length,
  );
  return orders.map((order, index) => placed(connection, order, answers[index]!));
}

/** `POST /v5/order/create`, and one element of `create-batch`. One-way mode: the only position is number 0. */
function orderParams(connection: Connection, order: PlaceOrder): Params {
  const withPrice = order.type === 'LIMIT' || order.type === 'STOP_LIMIT';
  return {
    symbol: connection.symbols.toVenue(order.symbol),
    side: order.side === 'buy' ? 'Buy' : 'Sell',
    orderType: withPrice ? 'Limit' : 'Market',
    qty: order.quantity,
    ...(withPrice ? { price: order.price, timeInForce: 'GTC' } : {}),
    ...(isConditional(order) ? triggerOf(order) : {}),
    ...(order.reduceOnly ? { reduceOnly: true } : {}),
    positionIdx: 0,
    orderLinkId: order.clientOrderId,
  };
}

/** A stop waits for the price to go its way: up (1) for a buy, down (2) for a sell. */
function triggerOf(order: PlaceOrder): Params {
  return { triggerPrice: order.stopPrice, triggerDirection: order.side === 'buy' ? 1 : 2, triggerBy: 'LastPrice' };
}

const acknowledged = z.object({ orderId: z.string().min(1), orderLinkId: z.string() });

/**
 * An answer counts as acceptance only when it names our order. It says that the order was received: whether it rests, has
 * filled or is rejected after all is told by the stream and by look-ups.
 */
function placed(connection: Connection, order: PlaceOrder, answer: Answer): PlaceOutcome {
  if (!answer.ok) return failedPlace(answer);
  const { data } = acknowledged.safeParse(answer.data);
  if (data === undefined || data.orderLinkId !== order.clientOrderId)
    return failedPlace(connection.unreadable('place'));
  const { clientOrderId, symbol, side, type, price, stopPrice, quantity, reduceOnly } = order;
  return {
    kind: 'accepted',
    report: {
      clientOrderId,
      exchangeOrderId: data.orderId,
      triggeredOrderId: null,
      symbol,
      side,
      type,
      conditional: isConditional(order),
      status: 'open',
      price,
      stopPrice,
      quantity,
      executed: null,
      averagePrice: null,
      reduceOnly,
      updatedAt: null,
    },
  };
}

export function groupsOf<T>(size: number, items: T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

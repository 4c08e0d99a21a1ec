import { z } from 'zod';
import { failedPlace } from '../classify/failed-outcome.ts';
import type { Failure, OrderReport, PlaceOrder, PlaceOutcome, RequestStamp } from '../exchange.ts';
import { type KisConnection, unreadable } from './connection.ts';
import { koreanDay, koreanInstant } from './korean-time.ts';
import { isKisOrderType, placeFields } from './order-fields.ts';
import { toOrderId } from './order-id.ts';
import { noStock } from './read-day.ts';
import { toCode } from './symbols.ts';

/** What `order-cash` and `order-rvsecncl` answer: where the order was taken in, under which number, and when. */
export const takenIn = z.object({
  output: z.object({
    KRX_FWDG_ORD_ORGNO: z.string().trim(),
    ODNO: z
      .string()
      .trim()
      .regex(/^\d{1,10}$/),
    ORD_TMD: z.string().default(''),
  }),
});

/** Sends one order, once. Whatever is no clear refusal leaves it unresolved: KIS knows no id of ours to send it again by. */
export async function placeOrder(
  connection: KisConnection,
  order: PlaceOrder,
  stamp: RequestStamp,
): Promise<PlaceOutcome> {
  const { type } = order;
  const code = toCode(order.symbol);
  if (code === undefined) return { kind: 'refused', failure: noStock(order.symbol) };
  if (!isKisOrderType(type)) return { kind: 'refused', failure: noMarketStops };
  const answer = await connection.ask('place', {
    method: 'POST',
    path: '/uapi/domestic-stock/v1/trading/order-cash',
    transaction: connection.domain.transactions.place[order.side],
    fields: placeFields(connection, { ...order, type }, code),
    stamp,
  });
  if (!answer.ok) return failedPlace(answer);
  const taken = takenIn.safeParse(answer.body);
  if (!taken.success) return failedPlace(unreadable('place'));
  return { kind: 'accepted', report: acknowledged(connection, order, taken.data.output) };
}

/** An order as its acknowledgement tells of it: taken in, and nothing said of its execution. */
export function acknowledged(
  connection: KisConnection,
  order: Pick<PlaceOrder, 'symbol' | 'side' | 'type' | 'price' | 'stopPrice' | 'quantity'>,
  taken: z.output<typeof takenIn>['output'],
): OrderReport {
  const day = koreanDay(connection.now());
  return {
    clientOrderId: null,
    exchangeOrderId: toOrderId({ day, branch: taken.KRX_FWDG_ORD_ORGNO, number: taken.ODNO }),
    triggeredOrderId: null,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    conditional: order.type === 'STOP_LIMIT',
    status: 'open',
    price: order.price,
    stopPrice: order.stopPrice,
    quantity: order.quantity,
    executed: null,
    averagePrice: null,
    reduceOnly: false,
    updatedAt: koreanInstant(day, taken.ORD_TMD),
  };
}

const noMarketStops: Failure = {
  type: 'unknown',
  action: 'fail',
  code: null,
  message: 'the Korea Exchange has no STOP_MARKET orders; send a STOP_LIMIT',
  retryAfterMs: null,
};

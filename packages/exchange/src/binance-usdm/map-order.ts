import type { PlaceableOrderType } from '@sluice/contracts';
import { z } from 'zod';
import {
  amount,
  flag,
  id,
  instant,
  instantOrNull,
  plain,
  plainOrNull,
  positiveOrNull,
} from '../answers/answer-fields.ts';
import { binanceSide, engineStatusOf } from '../binance/order-fields.ts';
import type { OrderReport } from '../exchange.ts';

/** An order as every endpoint of the matching engine shows it (place, cancel, get, list). */
const venueOrder = z.object({
  orderId: id,
  clientOrderId: z.string(),
  symbol: z.string(),
  side: binanceSide,
  type: z.string(),
  origType: z.string().nullish(),
  status: z.string(),
  origQty: amount,
  price: amount.nullish(),
  stopPrice: amount.nullish(),
  executedQty: amount.nullish(),
  avgPrice: amount.nullish(),
  reduceOnly: flag.nullish(),
  updateTime: instant.nullish(),
});

/** A conditional order of the Algo Service, before it has become an order of the matching engine. */
const venueAlgoOrder = z.object({
  algoId: id,
  clientAlgoId: z.string(),
  symbol: z.string(),
  side: binanceSide,
  orderType: z.string(),
  algoStatus: z.string(),
  // A stop that closes a whole position names no quantity.
  quantity: amount.nullish(),
  price: amount.nullish(),
  triggerPrice: amount.nullish(),
  reduceOnly: flag.nullish(),
  actualOrderId: z.union([z.string(), z.number()]).nullish(),
  // In events alone.
  reason: z.string().nullish(),
  updateTime: instant.nullish(),
});

/**
 * Whether the answer is about to be matched or was. An acknowledgement of a new order carries `executedQty` 0 whatever
 * happened a microsecond later; only an answer about a known order says how much is filled.
 */
export type AnswerKind = 'acknowledgement' | 'state';

/** Undefined when the answer is no order: then nothing is proven by it. */
export function mapOrder(
  data: unknown,
  toCanonical: (venueSymbol: string) => string,
  kind: AnswerKind,
): OrderReport | undefined {
  const parsed = venueOrder.safeParse(data);
  if (!parsed.success) return undefined;
  const order = parsed.data;
  const status = engineStatusOf(order.status);
  if (status === undefined) return undefined;
  // A triggered stop shows its new kind as `type`; what it was sent as is `origType`.
  const type = typeOf(order.origType ?? order.type);
  // Stops wait in the Algo Service; one that stands in the matching engine has been triggered.
  const triggered = type === 'STOP_MARKET' || type === 'STOP_LIMIT';
  return {
    clientOrderId: order.clientOrderId,
    exchangeOrderId: order.orderId,
    triggeredOrderId: triggered ? order.orderId : null,
    symbol: toCanonical(order.symbol),
    side: order.side,
    type,
    conditional: triggered,
    status: triggered && status === 'open' ? 'triggered' : status,
    price: positiveOrNull(order.price),
    stopPrice: positiveOrNull(order.stopPrice),
    quantity: plain(order.origQty),
    executed: kind === 'acknowledgement' && order.status === 'NEW' ? null : plainOrNull(order.executedQty),
    averagePrice: positiveOrNull(order.avgPrice),
    reduceOnly: order.reduceOnly ?? false,
    updatedAt: instantOrNull(order.updateTime),
  };
}

export function mapAlgoOrder(data: unknown, toCanonical: (venueSymbol: string) => string): OrderReport | undefined {
  const parsed = venueAlgoOrder.safeParse(data);
  if (!parsed.success) return undefined;
  const order = parsed.data;
  const status = algoStatusOf(order.algoStatus);
  if (status === undefined) return undefined;
  const triggeredOrderId = idOrNull(order.actualOrderId);
  return {
    clientOrderId: order.clientAlgoId,
    exchangeOrderId: order.algoId,
    triggeredOrderId,
    symbol: toCanonical(order.symbol),
    side: order.side,
    type: typeOf(order.orderType),
    conditional: true,
    status,
    price: positiveOrNull(order.price),
    stopPrice: positiveOrNull(order.triggerPrice),
    quantity: plainOrNull(order.quantity) ?? '0',
    // The Algo Service holds no fills: before the trigger there are none, after it the matching engine's order has them.
    executed: status === 'triggered' || triggeredOrderId !== null ? null : '0',
    averagePrice: null,
    reduceOnly: order.reduceOnly ?? false,
    updatedAt: instantOrNull(order.updateTime),
    ...(order.reason ? { reason: order.reason } : {}),
  };
}

/** A triggered stop is one order with two ids: the Algo Service's identity, the matching engine's progress. */
export function mergeTriggered(algo: OrderReport, order: OrderReport): OrderReport {
  return {
    ...algo,
    triggeredOrderId: order.exchangeOrderId,
    status: order.status === 'open' ? 'triggered' : order.status,
    executed: order.executed,
    averagePrice: order.averagePrice,
    updatedAt: order.updatedAt ?? algo.updatedAt,
  };
}

function algoStatusOf(status: string): OrderReport['status'] | undefined {
  switch (status) {
    case 'NEW':
      return 'open';
    case 'TRIGGERING':
    case 'TRIGGERED':
    // Filled or cancelled in the matching engine; which one only the order there says.
    case 'FINISHED':
      return 'triggered';
    case 'CANCELED':
      return 'cancelled';
    case 'REJECTED':
      return 'rejected';
    case 'EXPIRED':
      return 'expired';
    default:
      return undefined;
  }
}

/** Types we never send appear on foreign orders; they are counted by what they wait for. */
function typeOf(type: string): PlaceableOrderType {
  switch (type) {
    case 'LIMIT':
      return 'LIMIT';
    case 'STOP':
    case 'TAKE_PROFIT':
      return 'STOP_LIMIT';
    case 'STOP_MARKET':
    case 'TAKE_PROFIT_MARKET':
    case 'TRAILING_STOP_MARKET':
      return 'STOP_MARKET';
    default:
      return 'MARKET';
  }
}

/** Untriggered orders carry an empty id, or 0. */
function idOrNull(value: string | number | null | undefined): string | null {
  const text = String(value ?? '');
  return text === '' || text === '0' ? null : text;
}

import { Decimal, type DecimalString, type PlaceableOrderType } from '@sluice/contracts';
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

/** An order as every endpoint shows it (place, cancel, get, list). Negative quote amounts are "not known any more". */
const venueOrder = z.object({
  orderId: id,
  clientOrderId: z.string(),
  /** In the answer to a cancel, whose own id is the other one. */
  origClientOrderId: z.string().nullish(),
  symbol: z.string(),
  side: binanceSide,
  type: z.string(),
  status: z.string(),
  origQty: amount,
  price: amount.nullish(),
  stopPrice: amount.nullish(),
  executedQty: amount,
  cummulativeQuoteQty: z.union([z.string(), z.number()]).nullish(),
  isWorking: flag.nullish(),
  updateTime: instant.nullish(),
  transactTime: instant.nullish(),
  expiryReason: z.string().nullish(),
});

/** Undefined when the answer is no order: then nothing is proven by it. */
export function mapOrder(data: unknown, toCanonical: (venueSymbol: string) => string): OrderReport | undefined {
  const parsed = venueOrder.safeParse(data);
  if (!parsed.success) return undefined;
  const order = parsed.data;
  // The second half of an order list, which waits for the first, takes its place in the book's limits by then.
  const status = order.status.startsWith('PENDING_') ? 'open' : engineStatusOf(order.status);
  if (status === undefined) return undefined;
  const type = typeOf(order.type);
  const conditional = type === 'STOP_MARKET' || type === 'STOP_LIMIT';
  const executed = plain(order.executedQty);
  // A stop keeps its id and its status when it triggers; from then on it works in the book.
  const triggered = conditional && (order.isWorking === true || executed !== '0');
  return {
    clientOrderId: order.origClientOrderId || order.clientOrderId,
    exchangeOrderId: order.orderId,
    triggeredOrderId: null,
    symbol: toCanonical(order.symbol),
    side: order.side,
    type,
    conditional,
    status: triggered && status === 'open' ? 'triggered' : status,
    price: positiveOrNull(order.price),
    stopPrice: positiveOrNull(order.stopPrice),
    quantity: plain(order.origQty),
    executed,
    averagePrice: averagePrice(order.cummulativeQuoteQty, executed),
    reduceOnly: false,
    updatedAt: instantOrNull(order.updateTime ?? order.transactTime),
    ...(order.expiryReason ? { reason: order.expiryReason } : {}),
  };
}

/** Types we never send appear on foreign orders; they are counted by what they wait for. */
function typeOf(type: string): PlaceableOrderType {
  switch (type) {
    case 'LIMIT':
    case 'LIMIT_MAKER':
      return 'LIMIT';
    case 'STOP_LOSS_LIMIT':
    case 'TAKE_PROFIT_LIMIT':
      return 'STOP_LIMIT';
    case 'STOP_LOSS':
    case 'TAKE_PROFIT':
      return 'STOP_MARKET';
    default:
      return 'MARKET';
  }
}

function averagePrice(quoteAmount: string | number | null | undefined, executed: DecimalString): DecimalString | null {
  const text = plainQuote(quoteAmount);
  return text === null || executed === '0' ? null : new Decimal(text).div(executed).toFixed();
}

function plainQuote(quoteAmount: string | number | null | undefined): DecimalString | null {
  const parsed = amount.safeParse(quoteAmount);
  return parsed.success ? positiveOrNull(plainOrNull(parsed.data)) : null;
}

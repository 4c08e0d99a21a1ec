import { Decimal } from '@sluice/contracts';
import { z } from 'zod';
import { amount, id, signedAmount } from '../answers/answer-fields.ts';
import type { Fill } from '../exchange.ts';

/** One element of `GET /fapi/v1/userTrades`. */
const venueTrade = z.object({
  id,
  orderId: id,
  clientOrderId: z.string().optional(),
  symbol: z.string(),
  side: z.enum(['BUY', 'SELL']),
  price: amount,
  qty: amount,
  // Neither is told where nothing was taken.
  commission: signedAmount.optional(),
  commissionAsset: z.string().nullish(),
  realizedPnl: signedAmount.optional(),
  maker: z.boolean(),
  time: z.number(),
});

/** Undefined when it is no execution in the documented shape. */
export function mapFill(data: unknown, toCanonical: (venueSymbol: string) => string): Fill | undefined {
  const parsed = venueTrade.safeParse(data);
  if (!parsed.success) return undefined;
  const trade = parsed.data;
  const quantity = new Decimal(trade.qty);
  if (quantity.isZero()) return undefined;
  return {
    tradeId: trade.id,
    clientOrderId: trade.clientOrderId ?? null,
    exchangeOrderId: trade.orderId,
    symbol: toCanonical(trade.symbol),
    side: trade.side === 'BUY' ? 'buy' : 'sell',
    quantity: quantity.toFixed(),
    price: new Decimal(trade.price).toFixed(),
    fee: new Decimal(trade.commission ?? 0).toFixed(),
    feeCurrency: trade.commissionAsset ?? null,
    realizedPnl: trade.realizedPnl === undefined ? null : new Decimal(trade.realizedPnl).toFixed(),
    maker: trade.maker,
    at: trade.time,
  };
}

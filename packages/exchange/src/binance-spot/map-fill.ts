import { z } from 'zod';
import { amount, flag, id, instant, plain, signedAmount } from '../answers/answer-fields.ts';
import type { Fill } from '../exchange.ts';

/** One element of `GET /api/v3/myTrades`; an event of the stream is brought into the same shape, with its client id. */
const venueTrade = z.object({
  id,
  orderId: id,
  clientOrderId: z.string().optional(),
  symbol: z.string(),
  isBuyer: flag,
  isMaker: flag,
  price: amount,
  qty: amount,
  commission: signedAmount,
  commissionAsset: z.string().nullish(),
  time: instant,
});

/** Undefined when it is no execution in the documented shape. */
export function mapFill(data: unknown, toCanonical: (venueSymbol: string) => string): Fill | undefined {
  const parsed = venueTrade.safeParse(data);
  if (!parsed.success) return undefined;
  const trade = parsed.data;
  const quantity = plain(trade.qty);
  if (quantity === '0') return undefined;
  return {
    tradeId: trade.id,
    clientOrderId: trade.clientOrderId ?? null,
    exchangeOrderId: trade.orderId,
    symbol: toCanonical(trade.symbol),
    side: trade.isBuyer ? 'buy' : 'sell',
    quantity,
    price: plain(trade.price),
    // In the asset received, or in BNB where the account pays its fees so.
    fee: plain(trade.commission),
    feeCurrency: trade.commissionAsset ?? null,
    realizedPnl: null,
    maker: trade.isMaker,
    at: trade.time,
  };
}

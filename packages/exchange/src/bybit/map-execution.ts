import { Decimal } from '@sluice/contracts';
import { z } from 'zod';
import { amount, flag, id, instant, signedAmount } from '../answers/answer-fields.ts';
import type { Fill, OrderReport } from '../exchange.ts';
import { isConditional, typeOf } from './map-order.ts';

const orNothing = z.preprocess((value) => (value === '' ? null : value), signedAmount.nullish());

/** One execution as `execution/list` and the topic `execution` show it. Fundings are executions, too. */
const venueExecution = z.object({
  execId: id,
  execType: z.string(),
  orderId: z.string(),
  orderLinkId: z.string().nullish(),
  symbol: z.string(),
  side: z.string(),
  orderType: z.string().nullish(),
  stopOrderType: z.string().nullish(),
  execPrice: amount,
  execQty: amount,
  orderQty: amount.nullish(),
  leavesQty: amount.nullish(),
  orderPrice: amount.nullish(),
  execFee: orNothing,
  execPnl: orNothing,
  feeCurrency: z.string().nullish(),
  isMaker: flag.nullish(),
  execTime: instant,
});
export type VenueExecution = z.infer<typeof venueExecution>;

export function readExecution(data: unknown): VenueExecution | undefined {
  return venueExecution.safeParse(data).data;
}

/** Executions that trade: the owner's, and those by which the exchange closes a position. */
const trading = new Set(['Trade', 'AdlTrade', 'BustTrade']);

/** Null for what is no trade, such as a funding. */
export function mapFill(execution: VenueExecution, toCanonical: (venueSymbol: string) => string): Fill | null {
  const quantity = new Decimal(execution.execQty);
  if (!trading.has(execution.execType) || quantity.isZero()) return null;
  const fee = new Decimal(execution.execFee ?? 0);
  return {
    tradeId: execution.execId,
    clientOrderId: execution.orderLinkId ? execution.orderLinkId : null,
    exchangeOrderId: execution.orderId,
    symbol: toCanonical(execution.symbol),
    side: execution.side === 'Buy' ? 'buy' : 'sell',
    quantity: quantity.toFixed(),
    price: new Decimal(execution.execPrice).toFixed(),
    fee: fee.toFixed(),
    feeCurrency: fee.isZero() ? null : execution.feeCurrency || 'USDT',
    realizedPnl: execution.execPnl == null ? null : new Decimal(execution.execPnl).toFixed(),
    maker: execution.isMaker ?? false,
    at: execution.execTime,
  };
}

/** What an execution says of its order: how much of it is executed, and that it lives or is filled. */
export function reportOf(execution: VenueExecution, toCanonical: (venueSymbol: string) => string): OrderReport | null {
  if (execution.orderQty == null || execution.leavesQty == null) return null;
  const [quantity, left] = [new Decimal(execution.orderQty), new Decimal(execution.leavesQty)];
  const conditional = isConditional(execution.stopOrderType);
  const isMarket = execution.orderType === 'Market';
  const price = isMarket || execution.orderPrice == null ? null : new Decimal(execution.orderPrice);
  return {
    clientOrderId: execution.orderLinkId ?? '',
    exchangeOrderId: execution.orderId,
    triggeredOrderId: conditional ? execution.orderId : null,
    symbol: toCanonical(execution.symbol),
    side: execution.side === 'Buy' ? 'buy' : 'sell',
    type: typeOf(isMarket, conditional),
    conditional,
    status: left.isZero() ? 'filled' : conditional ? 'triggered' : 'open',
    price: price === null || price.isZero() ? null : price.toFixed(),
    stopPrice: null,
    quantity: quantity.toFixed(),
    executed: quantity.minus(left).toFixed(),
    averagePrice: null,
    reduceOnly: false,
    updatedAt: execution.execTime,
  };
}

import { Decimal } from 'decimal.js';
import type { AlgoOrder, ConditionalType, Order, Trade } from '../../../matching/order.ts';
import type { Account, Market } from '../../../matching/venue.ts';
import { commissionAsset } from '../assets.ts';

// The venue's JSON: amounts are strings with eight places, times are ms, ids are numbers.

const PLACES = 8;
export const money = (value: Decimal | undefined): string => (value ?? new Decimal(0)).toFixed(PLACES);

/** The matching's names of conditional types and this venue's. */
export const stopTypes = {
  STOP_LOSS: 'STOP_MARKET',
  STOP_LOSS_LIMIT: 'STOP',
  TAKE_PROFIT: 'TAKE_PROFIT_MARKET',
  TAKE_PROFIT_LIMIT: 'TAKE_PROFIT',
} as const satisfies Record<string, ConditionalType>;
export type StopType = keyof typeof stopTypes;

function typeName(type: Order['origType'] | AlgoOrder['type']): string {
  const found = Object.entries(stopTypes).find(([, ours]) => ours === type);
  return found?.[0] ?? type;
}

/** A stop keeps the id it was given when it was placed: in the matching, that of the conditional order. */
const orderIdOf = (order: Order): number => order.algoId ?? order.orderId;

/** What an order shows of itself wherever it stands: waiting for its price, or in the book. */
interface Shown {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly status: string;
  readonly executed: Decimal;
  readonly quote: Decimal;
  readonly working: boolean;
  readonly stopPrice: Decimal | undefined;
  readonly type: string;
  readonly time: number;
  readonly updateTime: number;
  readonly of: Pick<Order | AlgoOrder, 'symbol' | 'side' | 'price' | 'quantity' | 'timeInForce'>;
}

export function shownOrder(order: Order, account: Account): Shown {
  const algo = order.algoId === undefined ? undefined : account.algos.get(order.algoId);
  return {
    orderId: orderIdOf(order),
    clientOrderId: order.clientOrderId,
    status: order.status,
    executed: order.executed,
    quote: order.quote,
    working: true,
    stopPrice: order.stopPrice,
    type: typeName(order.origType),
    time: algo?.createTime ?? order.time,
    updateTime: order.updateTime,
    of: order,
  };
}

/** A stop that has not become an order of the book, and may never. */
export function shownStop(algo: AlgoOrder): Shown {
  return {
    orderId: algo.algoId,
    clientOrderId: algo.clientAlgoId,
    // Refused when its price came: the venue takes it out as expired.
    status: algo.status === 'REJECTED' ? 'EXPIRED' : algo.status,
    executed: new Decimal(0),
    quote: new Decimal(0),
    working: false,
    stopPrice: algo.triggerPrice,
    type: typeName(algo.type),
    time: algo.createTime,
    updateTime: algo.updateTime,
    of: algo,
  };
}

const common = (shown: Shown) => ({
  symbol: shown.of.symbol,
  orderId: shown.orderId,
  orderListId: -1,
  clientOrderId: shown.clientOrderId,
  price: money(shown.of.price),
  origQty: money(shown.of.quantity),
  executedQty: money(shown.executed),
  origQuoteOrderQty: money(undefined),
  cummulativeQuoteQty: money(shown.quote),
  status: shown.status,
  timeInForce: shown.of.timeInForce,
  type: shown.type,
  side: shown.of.side,
  ...(shown.stopPrice === undefined ? {} : { stopPrice: money(shown.stopPrice) }),
  selfTradePreventionMode: 'NONE',
  ...(shown.status === 'EXPIRED' ? { expiryReason: shown.working ? 'INSUFFICIENT_LIQUIDITY' : 'REJECTED' } : {}),
});

/** GET order, openOrders, allOrders. */
export const orderView = (shown: Shown) => ({
  ...common(shown),
  stopPrice: money(shown.stopPrice),
  icebergQty: money(undefined),
  time: shown.time,
  updateTime: shown.updateTime,
  isWorking: shown.working,
  workingTime: shown.working ? shown.updateTime : -1,
});

/** Answer to a placement, as much of it as was asked for. */
export function placedView(shown: Shown, respType: string) {
  const { symbol, orderId, orderListId, clientOrderId, ...rest } = common(shown);
  const ack = { symbol, orderId, orderListId, clientOrderId, transactTime: shown.updateTime };
  return respType === 'ACK' ? ack : { ...ack, ...rest, workingTime: shown.working ? shown.updateTime : -1 };
}

/** Answer to a cancel, which has an id of its own. */
export const cancelledView = (shown: Shown, ownId: string) => ({
  ...common(shown),
  origClientOrderId: shown.clientOrderId,
  clientOrderId: ownId,
  transactTime: shown.updateTime,
});

export const tradeView = (market: Market, account: Account, trade: Trade) => {
  const order = account.orders.get(trade.orderId);
  return {
    symbol: trade.symbol,
    id: trade.id,
    orderId: order === undefined ? trade.orderId : orderIdOf(order),
    orderListId: -1,
    price: money(trade.price),
    qty: money(trade.quantity),
    quoteQty: money(trade.price.times(trade.quantity)),
    commission: money(trade.commission),
    commissionAsset: commissionAsset(market, trade.side),
    time: trade.time,
    isBuyer: trade.side === 'BUY',
    isMaker: trade.maker,
    isBestMatch: true,
  };
};

import { Decimal } from 'decimal.js';
import type { Income } from '../../../matching/income.ts';
import type { AlgoOrder, Order, Trade } from '../../../matching/order.ts';
import type { Market } from '../../../matching/venue.ts';

// The venue's JSON. Money and quantities are strings with the symbol's precision, times are ms, ids are numbers.

export const price = (market: Market, value: Decimal | undefined): string =>
  (value ?? new Decimal(0)).toFixed(market.spec.pricePrecision);

export const quantity = (market: Market, value: Decimal): string => value.toFixed(market.spec.quantityPrecision);

/** An average can have more places than the tick. */
export const averagePrice = (market: Market, order: Order): string =>
  order.executed.isZero()
    ? (0).toFixed(market.spec.pricePrecision)
    : order.quote.div(order.executed).toFixed(market.spec.pricePrecision + 3);

const common = (market: Market, order: Order) => ({
  orderId: order.orderId,
  symbol: order.symbol,
  status: order.status,
  clientOrderId: order.clientOrderId,
  price: price(market, order.price),
  origQty: quantity(market, order.quantity),
  executedQty: quantity(market, order.executed),
  timeInForce: order.timeInForce,
  type: order.type,
  reduceOnly: order.reduceOnly,
  closePosition: order.closePosition,
  side: order.side,
  positionSide: order.positionSide,
  stopPrice: price(market, order.stopPrice),
  workingType: 'CONTRACT_PRICE',
  priceProtect: false,
  origType: order.origType,
  priceMatch: 'NONE',
  selfTradePreventionMode: 'NONE',
  goodTillDate: 0,
  updateTime: order.updateTime,
});

const fillFields = (market: Market, order: Order) => ({
  avgPrice: averagePrice(market, order),
  cumQuote: order.quote.toFixed(5),
});

/** GET order, openOrders, allOrders. */
export const orderView = (market: Market, order: Order) => ({
  ...common(market, order),
  ...fillFields(market, order),
  time: order.time,
});

/** Answer to place and cancel. `ACK` tells of the acceptance only, `RESULT` of the order as it then stands. */
export function ackView(market: Market, order: Order, respType: 'ACK' | 'RESULT', withFillFields: boolean) {
  const view = { ...common(market, order), cumQty: quantity(market, order.executed) };
  if (respType === 'ACK') {
    view.status = 'NEW';
    view.executedQty = view.cumQty = (0).toFixed(market.spec.quantityPrecision);
  }
  return withFillFields ? { ...view, ...fillFields(market, order) } : view;
}

export const algoView = (market: Market, algo: AlgoOrder) => ({
  algoId: algo.algoId,
  clientAlgoId: algo.clientAlgoId,
  algoType: 'CONDITIONAL',
  orderType: algo.type,
  symbol: algo.symbol,
  side: algo.side,
  positionSide: algo.positionSide,
  timeInForce: algo.timeInForce,
  quantity: quantity(market, algo.quantity),
  algoStatus: algo.status,
  actualOrderId: algo.actual === undefined ? '' : String(algo.actual.orderId),
  actualPrice: algo.actual === undefined ? '0.00000' : averagePrice(market, algo.actual),
  actualType: algo.actual?.type ?? '',
  actualQty: algo.actual === undefined ? '0' : quantity(market, algo.actual.executed),
  triggerPrice: price(market, algo.triggerPrice),
  price: price(market, algo.price),
  icebergQuantity: null,
  tpTriggerPrice: '0.000',
  tpPrice: '0.000',
  slTriggerPrice: '0.000',
  slPrice: '0.000',
  tpOrderType: '',
  selfTradePreventionMode: 'NONE',
  workingType: algo.workingType,
  priceMatch: 'NONE',
  closePosition: algo.closePosition,
  priceProtect: false,
  reduceOnly: algo.reduceOnly,
  createTime: algo.createTime,
  updateTime: algo.updateTime,
  triggerTime: algo.triggerTime,
  goodTillDate: 0,
});

export const incomeView = (income: Income) => ({
  symbol: income.symbol,
  incomeType: income.type,
  income: income.amount.toFixed(8),
  asset: 'USDT',
  info: income.tradeId === undefined ? income.type : String(income.tradeId),
  time: income.time,
  tranId: income.id,
  tradeId: income.tradeId === undefined ? '' : String(income.tradeId),
});

export const tradeView = (market: Market, trade: Trade) => ({
  symbol: trade.symbol,
  id: trade.id,
  orderId: trade.orderId,
  side: trade.side,
  price: price(market, trade.price),
  qty: quantity(market, trade.quantity),
  realizedPnl: trade.realizedPnl.toFixed(8),
  quoteQty: trade.price.times(trade.quantity).toFixed(8),
  commission: trade.commission.toFixed(8),
  commissionAsset: 'USDT',
  time: trade.time,
  positionSide: trade.positionSide,
  maker: trade.maker,
  buyer: trade.side === 'BUY',
});

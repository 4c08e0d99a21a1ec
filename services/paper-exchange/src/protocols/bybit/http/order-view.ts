import { Decimal } from 'decimal.js';
import type { AlgoOrder, Order, Trade } from '../../../matching/order.ts';
import { remaining } from '../../../matching/order.ts';
import type { Account, Market } from '../../../matching/venue.ts';
import { linkIdOf, type RejectedOrder } from '../order-desk.ts';
import { orderIdText } from '../order-id.ts';

// The venue's JSON: numbers are text, times are text too, and what is not there is empty text.

const ZERO = new Decimal(0);
const sideText = (side: 'BUY' | 'SELL'): string => (side === 'BUY' ? 'Buy' : 'Sell');
const positionIdx = { BOTH: 0, LONG: 1, SHORT: 2 } as const;
const timeInForceText = { GTC: 'GTC', IOC: 'IOC', FOK: 'FOK', GTX: 'PostOnly' } as const;

/** One order, whatever it is made of here: it keeps its id and its link id through its trigger. */
export type Listed =
  | { readonly kind: 'order'; readonly order: Order; readonly algo: AlgoOrder | undefined }
  | { readonly kind: 'waiting'; readonly algo: AlgoOrder }
  | { readonly kind: 'rejected'; readonly rejected: RejectedOrder };

export type OrderStatusText =
  | 'New'
  | 'PartiallyFilled'
  | 'Untriggered'
  | 'Rejected'
  | 'Filled'
  | 'Cancelled'
  | 'Triggered'
  | 'Deactivated';

function orderStatus(order: Order): OrderStatusText {
  switch (order.status) {
    case 'NEW':
      return 'New';
    case 'PARTIALLY_FILLED':
      return 'PartiallyFilled';
    case 'FILLED':
      return 'Filled';
    // There is no "expired" here; a cancelled one may have executed in part.
    case 'CANCELED':
    case 'EXPIRED':
      return 'Cancelled';
  }
}

function waitingStatus(algo: AlgoOrder): OrderStatusText {
  switch (algo.status) {
    case 'NEW':
      return 'Untriggered';
    case 'TRIGGERED':
    case 'FINISHED':
      return 'Triggered';
    case 'CANCELED':
      return 'Deactivated';
    // Declined at its trigger, for want of margin or of a position.
    case 'REJECTED':
    case 'EXPIRED':
      return 'Cancelled';
  }
}

const isConditional = (type: string): boolean => type !== 'LIMIT' && type !== 'MARKET';
const direction = (type: string, side: string): number => {
  if (!isConditional(type)) return 0;
  return type.startsWith('STOP') === (side === 'BUY') ? 1 : 2;
};

/** As in `realtime`, `history` and the topic `order`. */
export function orderView(market: Market, listed: Listed, status?: OrderStatusText): object {
  const { pricePrecision } = market.spec;
  const price = (value: Decimal | undefined): string => (value ?? ZERO).toFixed(pricePrecision);
  const base =
    listed.kind === 'order'
      ? {
          ...listed.order,
          id: listed.algo?.algoId ?? listed.order.orderId,
          linkId: listed.algo?.clientAlgoId ?? listed.order.clientOrderId,
          type: listed.order.origType as string,
          trigger: listed.order.stopPrice,
          created: listed.algo?.createTime ?? listed.order.time,
          updated: listed.order.updateTime,
          stands: orderStatus(listed.order),
          left: remaining(listed.order),
          reason: 'EC_NoError',
        }
      : listed.kind === 'waiting'
        ? {
            ...listed.algo,
            id: listed.algo.algoId,
            linkId: listed.algo.clientAlgoId,
            type: listed.algo.type as string,
            trigger: listed.algo.triggerPrice,
            created: listed.algo.createTime,
            updated: listed.algo.updateTime,
            executed: ZERO,
            quote: ZERO,
            stands: waitingStatus(listed.algo),
            left: listed.algo.quantity,
            reason: 'EC_NoError',
          }
        : {
            ...listed.rejected.wish.request,
            id: listed.rejected.orderId,
            linkId: linkIdOf(listed.rejected.wish) ?? '',
            type: listed.rejected.wish.request.type as string,
            trigger: listed.rejected.wish.kind === 'algo' ? listed.rejected.wish.request.triggerPrice : undefined,
            created: listed.rejected.at,
            updated: listed.rejected.at,
            executed: ZERO,
            quote: ZERO,
            stands: 'Rejected' as const,
            left: ZERO,
            reason: listed.rejected.reason,
          };
  const shown = status ?? base.stands;
  const over = shown === 'Cancelled' || shown === 'Deactivated' || shown === 'Filled';
  return {
    category: 'linear',
    orderId: orderIdText(base.id),
    orderLinkId: base.linkId,
    symbol: base.symbol,
    side: sideText(base.side),
    positionIdx: positionIdx[base.positionSide],
    orderStatus: shown,
    createType: 'CreateByUser',
    cancelType: shown === 'Cancelled' || shown === 'Deactivated' ? 'CancelByUser' : 'UNKNOWN',
    rejectReason: base.reason,
    orderType: base.type === 'MARKET' || base.type.endsWith('_MARKET') ? 'Market' : 'Limit',
    stopOrderType: isConditional(base.type) ? 'Stop' : '',
    timeInForce: base.type === 'MARKET' ? 'IOC' : timeInForceText[base.timeInForce],
    price: price(base.price),
    triggerPrice: base.trigger === undefined ? '' : price(base.trigger),
    triggerDirection: direction(base.type, base.side),
    triggerBy: isConditional(base.type) ? 'LastPrice' : '',
    qty: base.quantity.toFixed(),
    cumExecQty: base.executed.toFixed(),
    cumExecValue: base.quote.toFixed(),
    avgPrice: base.executed.isZero()
      ? ''
      : base.quote
          .div(base.executed)
          .toDecimalPlaces(pricePrecision + 4)
          .toFixed(),
    leavesQty: (over ? ZERO : base.left).toFixed(),
    reduceOnly: base.reduceOnly,
    closeOnTrigger: false,
    createdTime: String(base.created),
    updatedTime: String(base.updated),
  };
}

/** As in `execution/list` and the topic `execution`. */
export function executionView(market: Market, account: Account, trade: Trade): object {
  const order = account.orders.get(trade.orderId);
  const algo = order?.algoId === undefined ? undefined : account.algos.get(order.algoId);
  const forced = order?.forced;
  return {
    category: 'linear',
    symbol: trade.symbol,
    execId: orderIdText(trade.id),
    orderId: orderIdText(algo?.algoId ?? trade.orderId),
    orderLinkId: forced === undefined ? (algo?.clientAlgoId ?? order?.clientOrderId ?? '') : '',
    side: sideText(trade.side),
    orderPrice: (order?.price ?? ZERO).toFixed(market.spec.pricePrecision),
    orderQty: (order?.quantity ?? trade.quantity).toFixed(),
    leavesQty: leavesAfter(account, order, trade).toFixed(),
    orderType: order?.type === 'MARKET' ? 'Market' : 'Limit',
    stopOrderType: algo === undefined ? 'UNKNOWN' : 'Stop',
    execFee: trade.commission.toFixed(),
    execPrice: trade.price.toFixed(),
    execQty: trade.quantity.toFixed(),
    execType: forced === 'liquidation' ? 'BustTrade' : forced === 'adl' ? 'AdlTrade' : 'Trade',
    execValue: trade.price.times(trade.quantity).toFixed(),
    execTime: String(trade.time),
    execPnl: trade.realizedPnl.toFixed(),
    feeCurrency: 'USDT',
    isMaker: trade.maker,
    closedSize: '0',
    seq: trade.id,
  };
}

/** What was left of the order after this execution, not what is left now. */
function leavesAfter(account: Account, order: Order | undefined, trade: Trade): Decimal {
  if (order === undefined) return ZERO;
  let left = order.quantity;
  for (const one of account.trades) {
    if (one.orderId === order.orderId && one.id <= trade.id) left = left.minus(one.quantity);
  }
  return left;
}

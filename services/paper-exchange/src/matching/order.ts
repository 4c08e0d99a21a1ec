import type { Decimal } from 'decimal.js';

export type Side = 'BUY' | 'SELL';
export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTX';
export type WorkingType = 'CONTRACT_PRICE' | 'MARK_PRICE';
export type ConditionalType = 'STOP' | 'STOP_MARKET' | 'TAKE_PROFIT' | 'TAKE_PROFIT_MARKET';
/** Why the venue ended an order by itself: its numbers for none, an immediate order's rest, reduce-only, liquidation. */
export type ExpiryReason = 0 | 2 | 4 | 5;
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';
export type AlgoStatus = 'NEW' | 'TRIGGERED' | 'FINISHED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';

/** What a client asks for on the order endpoint, already parsed, not yet judged. */
export interface OrderRequest {
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly type: 'LIMIT' | 'MARKET';
  readonly timeInForce: TimeInForce;
  readonly quantity: Decimal;
  /** Absent for MARKET. */
  readonly price: Decimal | undefined;
  readonly reduceOnly: boolean;
  /** Absent: the venue makes one up. */
  readonly clientOrderId: string | undefined;
  /** The id it was acknowledged under, where that came before it was judged. */
  readonly orderId?: number | undefined;
}

/** What a client asks for on the algo endpoint. */
export interface AlgoRequest {
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly type: ConditionalType;
  readonly timeInForce: TimeInForce;
  /** Zero with `closePosition`: the whole position of the moment it triggers. */
  readonly quantity: Decimal;
  readonly price: Decimal | undefined;
  readonly triggerPrice: Decimal;
  readonly workingType: WorkingType;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly clientAlgoId: string | undefined;
  /** As `orderId` of a plain order. */
  readonly algoId?: number | undefined;
}

/** One line of an order's life, kept for the record a test reads. Times in ms since the epoch. */
interface HistoryEntry {
  readonly at: number;
  readonly what: 'accepted' | 'filled' | 'triggered' | 'ended';
  readonly status: OrderStatus | AlgoStatus;
  readonly quantity?: string;
  readonly price?: string;
}

export interface Order {
  readonly orderId: number;
  readonly account: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly type: 'LIMIT' | 'MARKET';
  /** The conditional type it came from, else its own. */
  readonly origType: 'LIMIT' | 'MARKET' | ConditionalType;
  readonly stopPrice: Decimal | undefined;
  readonly timeInForce: TimeInForce;
  readonly quantity: Decimal;
  readonly price: Decimal | undefined;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly time: number;
  /** The conditional order that released this one. */
  readonly algoId: number | undefined;
  status: OrderStatus;
  executed: Decimal;
  /** 0 as long as the order lives, and when its owner ended it. */
  expiryReason: ExpiryReason;
  /** Quote amount of all fills: average price = quote / executed. */
  quote: Decimal;
  updateTime: number;
  /** Reads do not show the order before this time (ms); 0 = at once. */
  visibleAt: number;
  /** Placed by the venue itself: a liquidation, or auto-deleveraging. */
  readonly forced: 'liquidation' | 'adl' | undefined;
  readonly history: HistoryEntry[];
}

export interface AlgoOrder {
  readonly algoId: number;
  readonly account: string;
  readonly clientAlgoId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly type: ConditionalType;
  readonly timeInForce: TimeInForce;
  readonly quantity: Decimal;
  readonly price: Decimal | undefined;
  readonly triggerPrice: Decimal;
  readonly workingType: WorkingType;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly createTime: number;
  status: AlgoStatus;
  updateTime: number;
  triggerTime: number;
  /** The order in the book, once triggered. */
  actual: Order | undefined;
  visibleAt: number;
  readonly history: HistoryEntry[];
}

export interface Trade {
  readonly id: number;
  readonly orderId: number;
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly price: Decimal;
  readonly quantity: Decimal;
  readonly maker: boolean;
  readonly commission: Decimal;
  readonly realizedPnl: Decimal;
  readonly time: number;
}

export const isOpen = (order: Order): boolean => order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';

export const remaining = (order: Order): Decimal => order.quantity.minus(order.executed);

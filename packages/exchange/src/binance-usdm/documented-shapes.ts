import type { Failure, PlaceOrder } from '../exchange.ts';
import type { Reaction, ScriptedVenue, SeenRequest } from './scripted-venue.ts';

// What tests send and what Binance answers in its documented shapes, with more fields than are read.

export const credentials = { apiKey: 'demo-api-key', secret: 'demo-secret' };
export const stamp = { signedAt: 1_750_000_000_123, receiveWindowMs: 3_000 };

export const limit = (id: string, more: Partial<PlaceOrder> = {}): PlaceOrder => ({
  clientOrderId: id,
  symbol: 'BTC/USDT',
  type: 'LIMIT',
  side: 'buy',
  quantity: '0.010',
  price: '95000.1',
  stopPrice: null,
  reduceOnly: false,
  ...more,
});

export const stop = (id: string): PlaceOrder => limit(id, { type: 'STOP_LIMIT', stopPrice: '97000', price: '97100' });

/** An order as Binance answers it: more fields than we read, numbers as text, ids as numbers. */
export const venueOrder = (id: string, more: object = {}) => ({
  orderId: 4087922044,
  symbol: 'BTCUSDT',
  status: 'NEW',
  clientOrderId: id,
  price: '95000.10',
  origQty: '0.010',
  executedQty: '0.000',
  cumQty: '0.000',
  timeInForce: 'GTC',
  type: 'LIMIT',
  reduceOnly: false,
  side: 'BUY',
  positionSide: 'BOTH',
  stopPrice: '0.00',
  origType: 'LIMIT',
  updateTime: 1750000000200,
  ...more,
});

export const algoOrder = (id: string, more: object = {}) => ({
  algoId: 3358,
  clientAlgoId: id,
  algoType: 'CONDITIONAL',
  orderType: 'STOP',
  symbol: 'BTCUSDT',
  side: 'BUY',
  quantity: '0.010',
  algoStatus: 'NEW',
  actualOrderId: '',
  triggerPrice: '97000.00',
  price: '97100.00',
  reduceOnly: false,
  updateTime: 1750000000200,
  ...more,
});

export const refTo = (clientOrderId: string, conditional = false) => ({
  clientOrderId,
  symbol: 'BTC/USDT',
  conditional,
});

/** Answers by method and path, 404 for the rest. */
export const byRoute = (venue: ScriptedVenue, routes: Record<string, (request: SeenRequest) => Reaction>) =>
  venue.onRequest((request) => routes[`${request.method} ${request.path}`]?.(request) ?? { status: 404, text: '' });

export const failureOf = (outcome: { kind: string } | undefined): Failure | undefined =>
  outcome !== undefined && 'failure' in outcome ? (outcome.failure as Failure) : undefined;

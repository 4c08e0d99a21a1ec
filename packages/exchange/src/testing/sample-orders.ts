import type { Failure, PlaceOrder } from '../exchange.ts';

// What tests send, on any exchange.

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

export const refTo = (clientOrderId: string, conditional = false) => ({
  clientOrderId,
  symbol: 'BTC/USDT',
  conditional,
});

export const failureOf = (outcome: { kind: string } | undefined): Failure | undefined =>
  outcome !== undefined && 'failure' in outcome ? (outcome.failure as Failure) : undefined;

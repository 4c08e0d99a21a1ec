import type { PlaceOrder } from '../exchange.ts';

export function isConditional(order: PlaceOrder): boolean {
  return order.type === 'STOP_MARKET' || order.type === 'STOP_LIMIT';
}

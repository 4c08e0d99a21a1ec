import type { AlertAnswer } from '@sluice/contracts';
import { token } from './bench-configuration.ts';
import { send } from './http-client.ts';

export type LimitOrder = { symbol: string; price: string; qtyPer?: string };
export type PostedAlert = { status: number; ms: number; answer: AlertAnswer };

/** The body of an alert of LIMIT orders to buy. */
export function limitAlert(strategy: string, orders: readonly LimitOrder[]): string {
  return JSON.stringify({
    group_name: strategy,
    token,
    orders: orders.map(({ symbol, price, qtyPer }) => ({
      symbol,
      order_type: 'LIMIT',
      side: 'buy',
      price,
      qty_per: qtyPer ?? '1',
    })),
  });
}

/** Sends an alert's body and waits for its answer. */
export async function postAlert(gatewayUrl: string, body: string): Promise<PostedAlert> {
  const began = performance.now();
  const { status, text } = await send(`${gatewayUrl}/api/webhook`, { method: 'POST', body });
  return { status, ms: performance.now() - began, answer: JSON.parse(text) as AlertAnswer };
}

/** Takes every order of a symbol off the exchange, and waits until that is done. */
export async function cancelAll(gatewayUrl: string, strategy: string, symbol: string): Promise<void> {
  const order = { symbol, order_type: 'CANCEL_ALL_ORDER' };
  const body = JSON.stringify({ group_name: strategy, token, orders: [order], sent_at: performance.now() });
  const { status, answer } = await postAlert(gatewayUrl, body);
  if (status !== 200 || !answer.success) throw new Error(`CANCEL_ALL_ORDER was answered ${status}: ${answer.error}`);
}

import { setTimeout as pause } from 'node:timers/promises';
import type { AlertAnswer, DryRunAnswer } from '@sluice/contracts';
import { DemoError } from './demo-error.ts';
import { exchangeUrl, gatewayUrl } from './installation.ts';
import type { SampleAlert } from './sample-alert.ts';

const resultWithinMs = 30_000;

/** What BTC/USDT last traded at on the paper exchange. */
export async function lastPrice(stop: AbortSignal): Promise<string> {
  const response = await fetch(`${exchangeUrl}/fapi/v1/ticker/price?symbol=BTCUSDT`, { signal: stop });
  const { price } = (await response.json()) as { price: string };
  return price;
}

/** The rank each order would have now, by its place in the alert; stores nothing. */
export async function ranksByDryRun(alert: SampleAlert, stop: AbortSignal): Promise<Map<number, number | null>> {
  const { body } = await post('/api/webhook?dry_run=1', alert, stop);
  const { orders } = body as DryRunAnswer;
  return new Map(orders.map(({ order_index, rank }) => [order_index, rank]));
}

export type SentAlert = { answer: AlertAnswer; tookMs: number };

/** Sends the alert like any client; an answer that takes longer than the gateway waits is fetched when it is there. */
export async function sendAlert(alert: SampleAlert, stop: AbortSignal): Promise<SentAlert> {
  const began = performance.now();
  let { status, body } = await post('/api/webhook', alert, stop);
  const { status_url: statusUrl } = body as { status_url?: string };
  while (status === 202 && statusUrl !== undefined) {
    if (performance.now() - began > resultWithinMs) {
      throw new DemoError(
        `The alert has no result after ${resultWithinMs / 1_000} s; ask again at ${gatewayUrl}${statusUrl}.`,
      );
    }
    await pause(200, undefined, { signal: stop });
    const response = await fetch(new URL(statusUrl, gatewayUrl), { signal: stop });
    body = await response.json();
    // The status address answers with what was accepted until the whole result is there.
    status = (body as { accepted?: boolean }).accepted ? 202 : response.status;
  }
  return { answer: body as AlertAnswer, tookMs: performance.now() - began };
}

async function post(path: string, alert: SampleAlert, stop: AbortSignal): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${gatewayUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alert),
    signal: AbortSignal.any([stop, AbortSignal.timeout(15_000)]),
  });
  const text = await response.text();
  if (!response.ok) throw new DemoError(`The gateway answered ${response.status} to the sample alert: ${text}`);
  return { status: response.status, body: JSON.parse(text) };
}

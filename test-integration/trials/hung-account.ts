import { disagreements, nothingInFlight } from '../harness/agreement.ts';
import { type SentAlert, sendAlerts } from '../harness/alert-senders.ts';
import { batch, limit, market } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import type { AlertBody } from '../harness/gateway-client.ts';
import type { Stack } from '../harness/start-stack.ts';
import { keyOf } from '../harness/test-configuration.ts';

const healthy = 'healthy';
const hung = 'hung';
/** A strategy that trades both accounts, and one that trades the healthy account alone. */
export const hungAccountStrategies = [
  { name: 'both', accounts: [healthy, hung] },
  { name: 'healthy-alone', accounts: [healthy] },
];

export const openLimit = 100;

export type HungAccountSeen = {
  wrong: string[];
  /** Of alerts that only the healthy account trades, in ms. */
  aloneP50: number;
  aloneMax: number;
  /** From the receipt to the exchange, of the healthy account's orders of alerts for both, in ms. */
  bothToExchangeMax: number;
  ticks: number;
  /** Until nothing of the hung account was in flight, from when it answered again, in ms. */
  recoveryMs: number;
};

/** An answer within this is in time: TradingView cuts the request at 3 s. */
const inTimeMs = 3_000;
/** A claim's time, two look-ups, and what was left unsent meanwhile. */
const recoversWithinMs = 60_000;
/** What the healthy account's orders may take to the exchange while the other hangs; several times what they do. */
const toExchangeMs = 2_500;
const symbols = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'XRP/USDT'];
const prices: Record<string, number> = { 'BTC/USDT': 90_000, 'ETH/USDT': 3_300, 'SOL/USDT': 165, 'XRP/USDT': 2.2 };

/**
 * Every call of one account hangs for 10 s, while ten alerts a second come for both. The other account must not notice,
 * and no tick is skipped.
 */
export async function hungAccount(stack: Stack, seconds: number): Promise<HungAccountSeen> {
  const wrong: string[] = [];
  const alerts = Array.from({ length: seconds * 10 }, (_, place) => alertOf(place));
  // The first ticks of processes that have just begun are slow by themselves, whatever hangs.
  const before = await eventually(async () => {
    const state = await tickState(stack);
    if (state.runs < 3) throw new Error(`the tick has run ${state.runs} times`);
    return state;
  });
  const restore = await stack.exchange.fault(hung, { do: 'hang', ms: 10_000, times: 'always' });
  let sent: SentAlert[];
  try {
    const urls = stack.gateways.map(({ url }) => url);
    sent = await sendAlerts(alerts, { urls, processes: 1, atOnce: 100, everyMs: 100 });
  } finally {
    await restore();
  }
  const after = await tickState(stack);
  if (after.missed > before.missed) wrong.push(`${after.missed - before.missed} ticks were skipped`);
  if (after.failures > before.failures) wrong.push(`${after.failures - before.failures} ticks failed`);

  const alone = sent.filter((_, place) => place % 2 === 1);
  for (const [place, { status, ms }] of sent.entries()) {
    const strategy = alerts[place]!.group_name;
    if (status !== 200 && status !== 202) wrong.push(`an alert of ${strategy} was answered ${status}`);
    if (ms > inTimeMs) wrong.push(`an alert of ${strategy} was answered after ${Math.round(ms)} ms`);
  }
  // What only the healthy account trades is known before the answer has to go.
  const open = alone.filter(({ status }) => status === 202).length;
  if (open > 0) wrong.push(`${open} alerts of the healthy account alone were answered without their result`);

  const delays = await delaysToExchange(stack, sent);
  const late = delays.filter((delay) => delay > toExchangeMs);
  if (delays.length < sent.length) wrong.push(`${sent.length - delays.length} orders never reached the exchange`);
  if (late.length > 0) wrong.push(`${late.length} orders reached the exchange late: ${late.slice(0, 5).join(', ')} ms`);
  const answersAgain = performance.now();
  wrong.push(...(await eventually(() => contradictionsAtRest(stack), recoversWithinMs)));
  const recoveryMs = Math.round(performance.now() - answersAgain);
  const sorted = alone.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    wrong,
    aloneP50: Math.round(sorted[Math.floor(sorted.length / 2)]!),
    aloneMax: Math.round(sorted.at(-1)!),
    bothToExchangeMax: Math.round(Math.max(...delays)),
    ticks: after.runs - before.runs,
    recoveryMs,
  };
}

/** By turns for both accounts and for the healthy one; every fifth pair is a MARKET order. */
function alertOf(place: number): AlertBody {
  const strategy = place % 2 === 0 ? 'both' : 'healthy-alone';
  const symbol = symbols[Math.floor(place / 2) % symbols.length]!;
  const order =
    place % 10 < 2
      ? market(symbol, { qty_per: 1 })
      : limit(symbol, (prices[symbol]! * (1 - place * 1e-4)).toPrecision(4), { qty_per: 1 });
  return { ...batch(strategy, [order]), alert_id: `hung-${place}` };
}

/** Throws while something is on its way, or was while we compared: what failed is tried again after a pause. */
async function contradictionsAtRest(stack: Stack): Promise<string[]> {
  const before = await lastEvent(stack);
  await nothingInFlight(stack.sql, [hung, healthy]);
  const found = [];
  for (const account of [healthy, hung]) found.push(...(await disagreements(stack, account, openLimit)));
  if ((await lastEvent(stack)) !== before) throw new Error('orders have moved while they were compared');
  return found;
}

async function lastEvent({ sql }: Stack): Promise<number> {
  const [row] = await sql<{ id: number }[]>`select max(id)::int as id from orders.event`;
  return row!.id;
}

async function tickState({ sql }: Stack) {
  const [row] = await sql<{ missed: number; failures: number; runs: number }[]>`
    select missed::int, failures::int, runs::int from runtime.job_state where job_id = 'queue_rebalancer'`;
  return row ?? { missed: 0, failures: 0, runs: 0 };
}

/** From receipt to acceptance, of each order of the healthy account that had a slot waiting for it. */
async function delaysToExchange(stack: Stack, sent: SentAlert[]): Promise<number[]> {
  const ids = sent.flatMap(({ id }) => id ?? []);
  const rows = await eventually(async () => {
    const found = await stack.sql<{ clientId: string; receivedAt: Date }[]>`
      select a.client_id as "clientId", e.received_at as "receivedAt" from orders.entry e
      join orders.attempt a on a.order_id = e.id and a.number = 1
      where e.account = ${healthy} and e.alert_id = any(${ids}::text[])`;
    if (found.length < sent.length) throw new Error(`${found.length} of ${sent.length} orders are planned`);
    return found;
  });
  // The last of them may be on their way; when each came is judged by the exchange's own time.
  let times = new Map<string, number>();
  await eventually(async () => {
    const { accounts } = await stack.exchange.control<{
      accounts: Record<string, { orders: { clientOrderId: string; time: number }[] }>;
    }>(`/record?account=${keyOf(healthy)}`);
    times = new Map(accounts[keyOf(healthy)]!.orders.map(({ clientOrderId, time }) => [clientOrderId, time]));
    if (rows.some(({ clientId }) => !times.has(clientId))) throw new Error('an order has not reached the exchange');
  }).catch(() => {});
  return rows.flatMap(({ clientId, receivedAt }) => {
    const time = times.get(clientId);
    return time === undefined ? [] : [time - receivedAt.getTime()];
  });
}

import { setTimeout as pause } from 'node:timers/promises';
import { disagreements, nothingInFlight } from '../harness/agreement.ts';
import { sendAlerts } from '../harness/alert-senders.ts';
import { batch, limit, market } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import { freePort } from '../harness/free-port.ts';
import type { AlertBody } from '../harness/gateway-client.ts';
import type { ServiceProcess } from '../harness/service-process.ts';
import type { Stack } from '../harness/start-stack.ts';
import { TcpBalancer } from '../harness/tcp-balancer.ts';
import { progress } from './progress.ts';

export type RolloutSeen = {
  wrong: string[];
  alerts: number;
  restarts: number;
  /** From the start of the new replica to the end of the old one, the longest. */
  restartMs: number;
  /** From SIGTERM to the end, the longest of each service. */
  stopMs: Record<string, number>;
  /** From an alert's receipt to its MARKET order's arrival at the exchange. */
  orderMs: { middle: number; p99: number; latest: number };
};

const openLimit = 20;
const senders = 2;
const symbols = ['BTC', 'ETH', 'SOL', 'BNB', 'LTC', 'BCH'].map((base) => `${base}/USDT`);
/** The time a proxy takes to hear that a pod is going, and the pause before SIGTERM that the chart gives it. */
const heardAfterMs = 500;
const preStopMs = 1_500;

/**
 * Several accounts, since an exchange takes 30 orders per second of one. Every replica is replaced, one at a time, as a Deployment with maxUnavailable 0 does it, while alerts come in at a
 * fixed rate through connections that are kept alive. Who sends tries nothing twice.
 */
export async function rollout(
  stack: Stack,
  accounts: readonly string[],
  { alertsPerSecond, seconds }: { alertsPerSecond: number; seconds: number },
): Promise<RolloutSeen> {
  await using cleanUp = new AsyncDisposableStack();
  const balancer = await TcpBalancer.start(stack.gateways.map(({ port }) => port));
  cleanUp.defer(() => balancer[Symbol.asyncDispose]());
  const alerts = Array.from({ length: alertsPerSecond * seconds }, (_, place) =>
    alertOf(accounts[place % accounts.length]!, place),
  );
  const everyMs = (1_000 * senders) / alertsPerSecond;
  const sending = sendAlerts(alerts, { urls: [balancer.url], processes: senders, atOnce: 60, everyMs, tries: 1 });

  const wrong: string[] = [];
  const gateways = [...stack.gateways];
  const seen = { restartMs: 0, stopMs: {} as Record<string, number>, restarts: 0 };
  const replaceInTurn = async (replicas: readonly ServiceProcess[]): Promise<void> => {
    for (const service of replicas) {
      const successor = service.successor(await freePort());
      cleanUp.defer(async () => void (await successor.stop()));
      if (successor.name === 'webhook-gateway') gateways.push(successor);
      const { code, restartMs, stopMs } = await replace(service, successor, balancer);
      if (code !== 0) wrong.push(`${service.name} ended with ${code}:\n${service.tail(15)}`);
      seen.restarts += 1;
      seen.restartMs = Math.max(seen.restartMs, restartMs);
      seen.stopMs[service.name] = Math.max(seen.stopMs[service.name] ?? 0, stopMs);
      progress(`${service.name} replaced in ${restartMs} ms, of them ${stopMs} ms from SIGTERM`);
    }
  };
  // The Deployments of a release roll side by side.
  await Promise.all([stack.marketDatas, stack.orderQueues, stack.gateways].map(replaceInTurn));
  const replacedAt = performance.now();
  const sent = await sending;
  const afterwardsMs = performance.now() - replacedAt;
  if (afterwardsMs < 100) wrong.push('the alerts were over before the last replica was replaced');

  for (const [status, those] of Map.groupBy(sent, (answer) => answer.status))
    if (status !== 200 && status !== 202) wrong.push(`${those.length} alerts were answered ${status || 'by nobody'}`);
  for (const { port, log } of gateways)
    for (const line of log) if (/status=503|SIGTERM/.test(line)) progress(`gateway ${port} | ${line.slice(0, 150)}`);
  const ids = sent.flatMap(({ id }) => id ?? []);
  await eventually(async () => {
    const [row] = await stack.sql<{ with: number }[]>`
      select count(*)::int as with from orders.alert_result where alert_id = any(${ids})`;
    if (row!.with !== ids.length) throw new Error(`${ids.length - row!.with} alerts have no result`);
  }, 60_000).catch((error: unknown) => wrong.push(String(error)));
  await eventually(() => nothingInFlight(stack.sql, accounts), 60_000);
  await stack.updateOpenOrders();
  const times: number[] = [];
  for (const account of accounts) {
    wrong.push(...(await disagreements(stack, account, openLimit)));
    times.push(...(await timesToExchange(stack, account)));
  }
  const orderMs = times.sort((a, b) => a - b);
  const markets = alerts.filter((_, place) => !isLimit(place)).length;
  if (orderMs.length !== markets) wrong.push(`${orderMs.length} of ${markets} MARKET orders reached the exchange`);
  const at = (share: number) => orderMs[Math.min(orderMs.length - 1, Math.floor(orderMs.length * share))] ?? 0;
  const late = { middle: at(0.5), p99: at(0.99), latest: at(1) };
  if (late.latest > seen.restartMs)
    wrong.push(`an order came ${late.latest} ms after its alert; the longest restart took ${seen.restartMs} ms`);
  return { wrong, alerts: alerts.length, ...seen, orderMs: late };
}

async function replace(old: ServiceProcess, successor: ServiceProcess, balancer: TcpBalancer) {
  const began = performance.now();
  const isGateway = old.name === 'webhook-gateway';
  await successor.start();
  if (isGateway) balancer.add(successor.port);
  if (isGateway) {
    await pause(heardAfterMs);
    balancer.remove(old.port);
    await pause(preStopMs - heardAfterMs);
  }
  const told = performance.now();
  const code = await old.stop();
  const ended = performance.now();
  return { code, restartMs: Math.round(ended - began), stopMs: Math.round(ended - told) };
}

function isLimit(place: number): boolean {
  return place % 21 === 20;
}

function alertOf(account: string, place: number): AlertBody {
  const symbol = symbols[place % symbols.length]!;
  const side = Math.floor(place / 30) % 2 === 0 ? 'buy' : 'sell';
  // Far below any price, so that it rests.
  const order = isLimit(place) ? limit(symbol, '50', { qty_per: 1 }) : market(symbol, { side, qty_per: 1 });
  return { ...batch(account, [order]), alert_id: `rollout-${place}` };
}

/** From each receipt to the arrival of its MARKET order at the exchange, in ms. */
async function timesToExchange(stack: Stack, account: string): Promise<number[]> {
  const { orders } = await stack.exchange.record(account);
  const rows = await stack.sql<{ clientId: string; receivedAt: Date }[]>`
    select t.client_id as "clientId", a.received_at as "receivedAt" from orders.entry e
    join orders.attempt t on t.order_id = e.id join gateway.alert_to_plan a on a.id = e.alert_id
    where e.account = ${account} and e.type = 'MARKET'`;
  const received = new Map(rows.map((row) => [row.clientId, row.receivedAt.getTime()]));
  return orders
    .filter(({ clientOrderId }) => received.has(clientOrderId))
    .map(({ clientOrderId, time }) => time - received.get(clientOrderId)!);
}

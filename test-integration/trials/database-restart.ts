import { disagreements, nothingInFlight } from '../harness/agreement.ts';
import { type SentAlert, sendAlerts } from '../harness/alert-senders.ts';
import { batch, limit, market } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import type { AlertBody } from '../harness/gateway-client.ts';
import type { RestartablePostgres } from '../harness/restartable-postgres.ts';
import type { Stack } from '../harness/start-stack.ts';
import { progress } from './progress.ts';

const openLimit = 20;
const symbols = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'LTC/USDT'];
const prices: Record<string, number> = { 'BTC/USDT': 90_000, 'ETH/USDT': 3_300, 'SOL/USDT': 165, 'LTC/USDT': 95 };

export type DatabaseRestartSeen = { wrong: string[]; resent: number; answered: Record<number, number> };

/**
 * Postgres goes away and comes back in the middle of a burst, once for each of `restarts`. Alerts are sent again after a
 * 503 or no answer: each must be there once in the end, with its orders, and no order twice.
 */
export async function databaseRestart(
  stack: Stack,
  postgres: RestartablePostgres,
  account: string,
  restarts: readonly ('cleanly' | 'crash')[],
  alertsPerRestart: number,
): Promise<DatabaseRestartSeen> {
  const wrong: string[] = [];
  const alerts = Array.from({ length: alertsPerRestart * restarts.length }, (_, place) => alertOf(account, place));
  const urls = stack.gateways.map(({ url }) => url);
  const everyMs = 25;
  const sending = sendAlerts(alerts, { urls, processes: 2, atOnce: 20, everyMs: everyMs * 2 });
  sending.catch(() => {});
  for (const [place, how] of restarts.entries()) {
    await storedAtLeast(stack, account, alertsPerRestart * place + alertsPerRestart / 3);
    await postgres.restart(how);
    progress(`${account}: the database is back (${how})`);
  }
  const sent = await sending;
  const answered: Record<number, number> = {};
  for (const { status } of sent) answered[status] = (answered[status] ?? 0) + 1;
  const lost = sent.filter(({ status }) => status !== 200 && status !== 202);
  if (lost.length > 0) wrong.push(`${lost.length} alerts were not taken in the end: ${lost[0]!.status}`);

  await eventually(async () => {
    const [row] = await stack.sql<{ without: number }[]>`
      select count(*)::int as without from gateway.alert_to_plan a
      where a.strategy = ${account} and not exists (select from orders.alert_result r where r.alert_id = a.id)`;
    if (row!.without > 0) throw new Error(`${row!.without} alerts have no result`);
  }, 60_000);
  await eventually(() => nothingInFlight(stack.sql, [account]), 60_000);
  wrong.push(...(await storedOnce(stack, account, alerts, sent)));
  wrong.push(...(await disagreements(stack, account, openLimit)));
  return { wrong, resent: sent.filter(({ resends }) => resends > 0).length, answered };
}

function alertOf(account: string, place: number): AlertBody {
  const symbol = symbols[place % symbols.length]!;
  const order =
    place % 8 < 4
      ? limit(symbol, (prices[symbol]! * (1 - (place % 400) * 1e-4)).toPrecision(4), { qty_per: 1 })
      : market(symbol, { side: place % 16 < 8 ? 'buy' : 'sell', qty_per: 1 });
  return { ...batch(account, [order]), alert_id: `restart-${place}` };
}

async function storedAtLeast(stack: Stack, account: string, count: number): Promise<void> {
  await eventually(async () => {
    const [row] = await stack.sql<{ count: number }[]>`
      select count(*)::int as count from gateway.receipt where strategy = ${account}`;
    if (row!.count < count) throw new Error(`${row!.count} alerts are stored`);
  }, 60_000);
}

/** Each alert that was answered is one receipt to be executed, with its one order; none that was refused is. */
async function storedOnce(stack: Stack, account: string, alerts: AlertBody[], sent: SentAlert[]): Promise<string[]> {
  const rows = await stack.sql<{ alertId: string; receipts: number; orders: number }[]>`
    select r.alert_id as "alertId", count(distinct r.id)::int as receipts, count(e.id)::int as orders
    from gateway.receipt r left join orders.entry e on e.alert_id = r.id
    where r.strategy = ${account} and r.arrival is not null group by r.alert_id`;
  const stored = new Map(rows.map((row) => [row.alertId, row]));
  return alerts.flatMap((alert, place) => {
    const { receipts, orders } = stored.get(String(alert.alert_id)) ?? { receipts: 0, orders: 0 };
    const taken = sent[place]!.status === 200 || sent[place]!.status === 202 ? 1 : 0;
    if (receipts === taken && orders === taken) return [];
    return [`${alert.alert_id}, answered ${sent[place]!.status}, is ${receipts} receipts and ${orders} orders`];
  });
}

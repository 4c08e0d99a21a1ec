import { disagreements, nothingInFlight } from '../harness/agreement.ts';
import { batch, cancelAll, ladder, limit, limits, market } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import type { AlertBody } from '../harness/gateway-client.ts';
import type { Stack } from '../harness/start-stack.ts';

const openLimit = 20;

/**
 * order-queue is away for ten minutes, by the clock of the receipts, with MARKET and LIMIT orders and a CANCEL_ALL_ORDER
 * stored. Late is worse than lost for a MARKET order; the rest goes on as if nothing had been. Gives what is wrong.
 */
export async function lateStart(stack: Stack, account: string, each = 50): Promise<string[]> {
  const resting = ladder(3_300, 5, -10);
  await stack.gateway.settled(limits(account, 'ETH/USDT', resting, { qty_per: 1 }));
  await Promise.all(stack.orderQueues.map((service) => service.stop()));

  const alerts: AlertBody[] = [
    ...ladder(0, each, 1).map((place) => ({
      ...batch(account, [market('SOL/USDT', { qty_per: 1 })]),
      alert_id: `market-${place}`,
    })),
    ...ladder(90_000, each, -10).map((price) => batch(account, [limit('BTC/USDT', price, { qty_per: 1 })])),
    batch(account, [cancelAll('ETH/USDT')]),
  ];
  // None of them can be answered with a result, so none is waited for in turn.
  const answers = await Promise.all(
    alerts.map((alert) => stack.gateway.alert(alert, { resends: { times: 5, everyMs: 500 } })),
  );
  const wrong = answers.flatMap(({ status }) => (status === 202 ? [] : [`an alert was answered ${status}`]));
  await stack.sql`
    update gateway.receipt set received_at = received_at - interval '10 minutes'
    where strategy = ${account} and received_at > clock_timestamp() - interval '5 minutes'
      and not exists (select from orders.alert_result r where r.alert_id = receipt.id)`;
  const before = (await stack.exchange.record(account)).orders.length;
  await Promise.all(stack.orderQueues.map((service) => service.start()));

  await eventually(async () => {
    const [row] = await stack.sql<{ without: number }[]>`
      select count(*)::int as without from gateway.alert_to_plan a
      where a.strategy = ${account} and not exists (select from orders.alert_result r where r.alert_id = a.id)`;
    if (row!.without > 0) throw new Error(`${row!.without} alerts have no result`);
  }, 30_000);
  await eventually(() => nothingInFlight(stack.sql, [account]));

  const expected: [string, Record<string, number>][] = [
    ['SOL/USDT', { expired: each }],
    ['BTC/USDT', each > openLimit ? { open: openLimit, pending: each - openLimit } : { open: each }],
    ['ETH/USDT', { cancelled: resting.length }],
  ];
  for (const [symbol, counts] of expected) {
    // What waits for room in the rate limits is in flight nowhere, and is planned by a later tick.
    await eventually(async () => {
      const found = JSON.stringify(sorted(await stack.orders.counts(account, symbol)));
      if (found !== JSON.stringify(sorted(counts))) throw new Error(`${symbol}: ${found}`);
    }).catch((error: Error) => wrong.push(error.message));
  }
  const since = (await stack.exchange.record(account)).orders.slice(before);
  const sent = since.filter(({ symbol }) => symbol === 'SOLUSDT').length;
  if (sent > 0) wrong.push(`${sent} MARKET orders were sent ten minutes late`);
  const told = (await stack.orders.messages(account)).filter(({ kind }) => kind === 'order_expired');
  if (told.length !== each || new Set(told.map(({ key }) => key)).size !== each) {
    wrong.push(`${told.length} messages about ${each} expired orders`);
  }
  const open = await stack.exchange.openOrders(account, 'ETHUSDT');
  if (open.length > 0) wrong.push(`${open.length} cancelled orders still rest`);
  return [...wrong, ...(await disagreements(stack, account, openLimit))];
}

function sorted(counts: Record<string, number>): [string, number][] {
  return Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
}

import { createBoss, requestRun } from '@sluice/service-runtime';
import { batch, cancel, ladder, limits, market } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import { type Stack, startStack } from '../harness/start-stack.ts';
import type { TestVenue } from '../harness/test-venues.ts';

export type RateBudgetTrial = {
  /** Binance USD-M by default. */
  venue?: TestVenue;
  accounts: readonly string[];
  /** What the exchange takes per account in 10 s. */
  ordersPer10s: number;
  /** LIMIT orders per account, sent as fast as they are taken in. */
  orders: number;
};

const symbols = ['BTC/USDT', 'ETH/USDT'] as const;
const from = { 'BTC/USDT': 90_000, 'ETH/USDT': 3_000 };
const PER_ALERT = 20;

/** Three order-queues on an exchange that judges every request, and knows its own limits only by what it states. */
export async function startStackForRates({ venue, accounts, ordersPer10s }: RateBudgetTrial): Promise<Stack> {
  const stack = await startStack({
    ...(venue === undefined ? {} : { venue }),
    strategies: accounts,
    orderQueues: 3,
    paper: { PAPER_LATENCY_MS: '0-30' },
    configure: (configuration) => {
      for (const account of Object.values(configuration.accounts)) account.max_open_orders = 200;
    },
  });
  await stack.exchange.control('/limits', { enforce: true, ordersPer10s });
  const boss = await createBoss({ url: stack.databaseUrl, applicationName: 'test', role: 'sender' });
  try {
    // Old facts are read anew when a run is asked for.
    await stack.sql`update market.refresh set read_at = now() - interval '1 day' where kind = 'facts'`;
    await eventually(async () => {
      await requestRun(boss, 'market_info');
      const [row] = await stack.sql<{ stated: number }[]>`
        select "limit" as stated from market.rate_limit where kind = 'orders' and window_ms = 10000`;
      if (row?.stated !== ordersPer10s) throw new Error(`market-data has the limit ${row?.stated}`);
    });
  } finally {
    await boss.stop({ graceful: false });
  }
  // They read the limits anew every 5 s, and at this hint.
  await stack.sql`select pg_notify('rate_closed', '')`;
  // Connections, leverage and margin mode of each pair are there before the clock runs.
  await Promise.all(
    accounts.flatMap((account) =>
      symbols.map((symbol) => stack.gateway.settled(limits(account, symbol, [from[symbol]]))),
    ),
  );
  return stack;
}

/** Sends ten times what the exchange takes, and returns when it is all taken in. */
export async function pushOrders(stack: Stack, { accounts, orders }: RateBudgetTrial): Promise<void> {
  const alerts = accounts.flatMap((account) =>
    Array.from({ length: orders / PER_ALERT }, (_, place) => {
      const symbol = symbols[place % symbols.length]!;
      const step = -from[symbol] / 10_000;
      const best = from[symbol] + step * (1 + Math.floor(place / symbols.length) * PER_ALERT);
      return limits(account, symbol, ladder(best, PER_ALERT, step), { qty_per: 0.5 });
    }),
  );
  for (const { status } of await Promise.all(alerts.map((alert) => stack.gateway.alert(alert)))) {
    if (status >= 300) throw new Error(`an alert was answered ${status}`);
  }
}

/** How long a MARKET order and a CANCEL of a resting one take from the alert to the exchange while LIMIT orders wait. */
export async function immediates(stack: Stack, account: string): Promise<{ marketMs: number; cancelMs: number }> {
  const [resting] = await stack.exchange.resting(account, 'BTCUSDT');
  const began = performance.now();
  // Not the answers are timed, which also wait for orders that get a freed slot.
  const bought = stack.gateway.alert(batch(account, [market('SOL/USDT', { qty_per: 1 })]));
  await eventually(async () => {
    const { orders } = await stack.exchange.record(account);
    if (!orders.some(({ type, status }) => type === 'MARKET' && status === 'FILLED')) throw new Error('not filled yet');
  });
  const marketMs = performance.now() - began;
  const asked = performance.now();
  const cancelled = stack.gateway.alert(
    batch(account, [cancel({ symbol: 'BTC/USDT', order_id: String(resting!.orderId) })]),
  );
  await eventually(async () => {
    const open = await stack.exchange.resting(account, 'BTCUSDT');
    if (open.some(({ orderId }) => orderId === resting!.orderId)) throw new Error('not cancelled yet');
  });
  const cancelMs = performance.now() - asked;
  await Promise.all([bought, cancelled]);
  return { marketMs, cancelMs };
}

/** LIMIT orders of an account that wait off the exchange. */
export async function waiting(stack: Stack, account: string): Promise<number> {
  const counts = await stack.orders.counts(account);
  return (counts.pending ?? 0) + (counts.submitting ?? 0);
}

/** Requests the exchange refused for their rate, over all accounts and reads. */
export async function refusedForRate(stack: Stack): Promise<number> {
  const record = await stack.exchange.control<{
    accounts: Record<string, { calls: Record<string, { refused: Record<string, number> }> }>;
    public: Record<string, { refused: Record<string, number> }>;
  }>('/record?orders=0');
  const calls = [...Object.values(record.accounts).map((account) => account.calls), record.public].flatMap(
    Object.values,
  );
  return calls.reduce((sum, { refused }) => sum + (refused['-1015'] ?? 0) + (refused['-1003'] ?? 0), 0);
}

/** By how many places an order of a pair arrived before a better one at most. */
export async function farthestOutOfRank(stack: Stack, account: string): Promise<number> {
  const { orders } = await stack.exchange.record(account);
  let farthest = 0;
  for (const ofPair of Map.groupBy(
    orders.filter(({ type }) => type === 'LIMIT'),
    ({ symbol }) => symbol,
  ).values()) {
    const ranked = [...ofPair].sort((a, b) => Number(b.price) - Number(a.price));
    ofPair.forEach((order, place) => {
      farthest = Math.max(farthest, ranked.indexOf(order) - place);
    });
  }
  return farthest;
}

export async function everythingOpen(
  stack: Stack,
  { accounts, orders }: RateBudgetTrial,
  withinMs: number,
): Promise<void> {
  await eventually(async () => {
    for (const account of accounts) {
      const counts = await stack.orders.counts(account);
      const open = (counts.open ?? 0) + (counts.cancelled ?? 0) + (counts.filled ?? 0);
      if (open < orders + symbols.length) throw new Error(`${account}: ${JSON.stringify(counts)}`);
    }
  }, withinMs);
}

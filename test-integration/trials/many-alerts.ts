import { Decimal } from '@sluice/contracts';
import { disagreements, nothingInFlight } from '../harness/agreement.ts';
import { type SentAlert, sendAlerts } from '../harness/alert-senders.ts';
import { batch, cancelAll, limit, market } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import type { AlertBody } from '../harness/gateway-client.ts';
import { type Stack, startStack } from '../harness/start-stack.ts';
import { progress } from './progress.ts';
import { seeded } from './seeded.ts';

const openLimit = 20;

export type ManyAlerts = {
  alerts: number;
  /** Symbols of the one account they all trade. */
  pairs: number;
  /** Processes that send. */
  senders: number;
  /** One order-queue is killed this often, and started again at once. */
  killEveryMs: number;
  /** The exchange is set to refuse MARKET orders while a book is full. */
  immediateRefusedWhenFull?: boolean;
  kills?: number;
  settledWithinMs: number;
};

/** What was seen; `wrong` is empty when everything held. */
export type ManyAlertsSeen = {
  wrong: string[];
  answered: Record<number, number>;
  /** Alerts that were not taken at once, because the store was too busy to take them in time. */
  resent: number;
  kills: number;
  connectionsAtMost: number;
  orders: Record<string, number>;
  highest: number;
  seconds: number;
};

const symbols = 'BTC ETH SOL XRP DOGE BNB ADA AVAX LINK LTC'.split(' ').map((base) => `${base}/USDT`);

/** Three order-queues and two gateways; the exchange takes up to 200 ms for a call, and how many orders are sent is not its concern. */
export async function startStackForMany(strategy: string): Promise<Stack> {
  const stack = await startStack({
    strategies: [strategy],
    orderQueues: 3,
    gateways: 2,
    paper: { PAPER_LATENCY_MS: '0-200', PAPER_RATE_LIMITS: 'off' },
  });
  // The exchange's own cap is ours: one order too many would be refused, and counted.
  await stack.exchange.control('/caps', { open: openLimit });
  return stack;
}

export async function manyAlerts(stack: Stack, account: string, size: ManyAlerts): Promise<ManyAlertsSeen> {
  const began = performance.now();
  const traded = symbols.slice(0, size.pairs);
  const random = seeded(20_260_101);
  const start = await lastPrices(stack, traded);
  const alerts = Array.from({ length: size.alerts }, (_, place) => alertOf(account, place, traded, start, random));

  const over = new AbortController();
  const meanwhile = Promise.all([
    killInTurn(stack, size, over.signal),
    watchConnections(stack, over.signal),
    movePrices(stack, traded, start, over.signal),
  ]);
  // Told when the alerts are sent; until then nobody waits for it.
  meanwhile.catch(() => {});
  let sent: SentAlert[];
  try {
    const urls = stack.gateways.map(({ url }) => url);
    sent = await sendAlerts(alerts, { urls, processes: size.senders, atOnce: 5, everyMs: 0 });
    progress(`${account}: ${size.alerts} alerts answered`);
  } finally {
    over.abort();
  }
  const [kills, connectionsAtMost] = await meanwhile;
  progress(`${account}: ${kills} kills, ${connectionsAtMost} connections at most`);

  const wrong: string[] = [];
  const answered: Record<number, number> = {};
  for (const { status } of sent) answered[status] = (answered[status] ?? 0) + 1;
  for (const status of Object.keys(answered))
    if (status !== '200' && status !== '202') wrong.push(`answered ${status}`);
  if (connectionsAtMost > 100) wrong.push(`${connectionsAtMost} connections to the database`);
  wrong.push(...(await settled(stack, account, sent, size)));
  const record = await stack.exchange.record(account);
  return {
    wrong,
    answered,
    resent: sent.filter(({ resends }) => resends > 0).length,
    kills,
    connectionsAtMost,
    orders: await stack.orders.counts(account),
    highest: Math.max(...Object.values(record.highestOpen).map(({ total }) => total)),
    seconds: Math.round((performance.now() - began) / 1_000),
  };
}

/** Waits until all is at rest and every alert has its result; gives what contradicts the exchange then. */
async function settled(stack: Stack, account: string, sent: SentAlert[], size: ManyAlerts): Promise<string[]> {
  const deadline = performance.now() + size.settledWithinMs;
  const left = () => Math.max(1_000, deadline - performance.now());
  const ids = sent.flatMap(({ id }) => id ?? []);
  await eventually(() => everyAlertHasResult(stack, ids), left());
  progress(`${account}: every alert has its result`);
  // Fills are read from the exchange, and each may let another order take a slot.
  let wrong: string[] = [];
  await eventually(async () => {
    await eventually(() => nothingInFlight(stack.sql, [account]), left());
    await stack.updateOpenOrders();
    await nothingInFlight(stack.sql, [account]);
    wrong = await disagreements(stack, account, openLimit, size);
    if (wrong.length > 0) throw new Error(`${wrong.length} contradictions, such as: ${wrong[0]}`);
  }, left()).catch((error: unknown) => wrong.push(String(error)));
  const [row] = await stack.sql<{ deadlocks: number }[]>`
    select deadlocks::int from pg_stat_database where datname = current_database()`;
  if (row!.deadlocks > 0) wrong.push(`${row!.deadlocks} deadlocks`);
  return wrong;
}

/** Throws while one has none, with where the first of them stand. */
async function everyAlertHasResult(stack: Stack, ids: string[]): Promise<void> {
  const without = await stack.sql`
    select w.id, a.arrival, (select last_arrival from orders.cursor c where c.strategy = a.strategy limit 1) as planned_up_to,
      (select jsonb_agg(jsonb_build_object('id', e.id, 'status', e.status, 'wanted', e.wanted, 'cause', e.cause_alert,
         'cancel', e.cancel_alert, 'action', t.action, 'claimed', t.claimed_by, 'due', t.due_at))
       from orders.entry e left join orders.attempt t on t.order_id = e.id and t.number = e.attempt
       where w.id in (e.alert_id, e.cause_alert, e.cancel_alert)) as touched,
      (select jsonb_agg(jsonb_build_object('order', v.order_id, 'kind', v.kind, 'at', v.at)) from orders.event v where v.cause = w.id) as events
    from unnest(${ids}::text[]) w(id) left join gateway.alert_to_plan a on a.id = w.id
    where not exists (select from orders.alert_result r where r.alert_id = w.id) limit 3`;
  if (without.length > 0) throw new Error(`alerts have no result: ${JSON.stringify([...without], null, 1)}`);
}

/** One to three LIMIT orders on both sides of the price; now and then a MARKET order, or the end of all on a symbol. */
function alertOf(
  account: string,
  place: number,
  traded: readonly string[],
  start: Map<string, Decimal>,
  random: () => number,
): AlertBody {
  const symbol = traded[Math.floor(random() * traded.length)]!;
  const kind = random();
  const orders =
    kind < 0.04
      ? [cancelAll(symbol)]
      : kind < 0.14
        ? [market(symbol, { side: random() < 0.5 ? 'buy' : 'sell', qty_per: 1 })]
        : Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
            const side = random() < 0.5 ? 'buy' : 'sell';
            const away = 0.002 + random() * 0.03;
            const price = start.get(symbol)!.times(side === 'buy' ? 1 - away : 1 + away);
            return limit(symbol, price.toSignificantDigits(4).toFixed(), { side, qty_per: 1 });
          });
  return { ...batch(account, orders), alert_id: `many-${place}` };
}

async function lastPrices(stack: Stack, traded: readonly string[]): Promise<Map<string, Decimal>> {
  const { prices } = await stack.exchange.control<{ prices: Record<string, { last: string }> }>('/prices');
  return new Map(traded.map((symbol) => [symbol, new Decimal(prices[symbol.replace('/', '')]!.last)]));
}

/** Each price within two per cent of its start, so that some of what rests is filled, whole or in part. */
async function movePrices(
  stack: Stack,
  traded: readonly string[],
  start: Map<string, Decimal>,
  over: AbortSignal,
): Promise<void> {
  const random = seeded(7);
  for (let turn = 0; !over.aborted; turn++) {
    const symbol = traded[turn % traded.length]!;
    const price = start
      .get(symbol)!
      .times(0.98 + random() * 0.04)
      .toSignificantDigits(4);
    await stack.exchange.setPrice(symbol, price.toFixed());
    if (turn % 3 === 0) await stack.exchange.control('/fills', { symbol, some: 1, ratio: 0.5 });
    await pause(100, over);
  }
  for (const symbol of traded) await stack.exchange.setPrice(symbol, start.get(symbol)!.toFixed());
}

async function killInTurn(stack: Stack, { killEveryMs, kills: most }: ManyAlerts, over: AbortSignal): Promise<number> {
  let kills = 0;
  for (let turn = 0; ; turn++) {
    await pause(killEveryMs, over);
    if (over.aborted || kills === most) return kills;
    const unlucky = stack.orderQueues[turn % stack.orderQueues.length]!;
    await unlucky.kill();
    kills += 1;
    await unlucky.start();
    const [row] = await stack.sql<{ answered: number; open: number; waiting: number }[]>`
      select (select count(*) from orders.alert_result)::int as answered,
        count(*) filter (where status = 'open')::int as open, count(*) filter (where status = 'pending')::int as waiting
      from orders.entry where status in ('open', 'pending')`;
    progress(`kill ${kills}: ${row!.answered} alerts have a result, ${row!.open} orders open, ${row!.waiting} waiting`);
  }
}

async function watchConnections(stack: Stack, over: AbortSignal): Promise<number> {
  let most = 0;
  while (!over.aborted) {
    const [row] = await stack.sql<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and application_name <> 'test'`;
    most = Math.max(most, row!.count);
    await pause(250, over);
  }
  return most;
}

/** Until the time is over, or everything is. */
async function pause(ms: number, over: AbortSignal): Promise<void> {
  if (over.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      over.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    over.addEventListener('abort', done);
  });
}

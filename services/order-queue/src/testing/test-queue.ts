import { randomBytes } from 'node:crypto';
import { type AlertOrder, Decimal, type VenueName, venues } from '@sluice/contracts';
import type { OrderReport, PlaceOutcome } from '@sluice/exchange';
import { connectPostgres, createBoss, createNotifier, type Sql } from '@sluice/service-runtime';
import { createMigratedDatabase } from '@sluice/service-runtime/testing';
import { ClosedScopes } from '../budget/closed-scopes.ts';
import { RateBudget } from '../budget/rate-budget.ts';
import { SendRoom } from '../budget/send-room.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { ensureCursor } from '../db/alert-intake.ts';
import { readConfiguration } from '../db/read-configuration.ts';
import { queueRebalancer } from '../jobs/queue-rebalancer.ts';
import { planNextAlert } from '../planning/plan-alert.ts';
import type { Committed } from '../planning/plan-and-write.ts';
import { SwapBudget } from '../planning/swap-budget.ts';
import { recordOutcomes } from '../recording/record-outcomes.ts';
import type { Outcome } from '../sending/outcome.ts';
import type { SendTask } from '../sending/send-task.ts';

export type StoredOrder = {
  id: number;
  symbol: string;
  status: string;
  wanted: string;
  price: string | null;
  stop_price: string | null;
  attempt: number;
};

export type TestQueue = {
  url: string;
  sql: Sql;
  swaps: SwapBudget;
  budget: RateBudget;
  room: SendRoom;
  configuration(): Configuration;
  /** Reads the configuration anew, as a process does after a change. */
  reconfigure(): Promise<void>;
  /** Stores a market with its limits. */
  market(symbol: string, limits: { open?: number; conditional?: number; scope?: 'symbol' | 'account' }): Promise<void>;
  /** Stores an alert of a strategy and plans it on account a1. */
  plan(orders: Partial<AlertOrder>[], strategy?: string): Promise<{ alertId: string; committed: Committed }>;
  record(outcomes: Outcome[]): Promise<Committed>;
  /** Runs the tick once; what it left to send. */
  tick(): Promise<SendTask[]>;
  orders(): Promise<StoredOrder[]>;
  /** Pairs that are due, and in how many seconds. */
  due(): Promise<{ symbol: string; seconds: number }[]>;
  notices(): Promise<Record<string, unknown>[]>;
  /** Makes everything that is due later due now. */
  bringForward(): Promise<void>;
  end(): Promise<void>;
};

/**
 * The order queue without its network: alerts, outcomes and ticks go through the code that plans and records them, over
 * a database of its own. Account a1 has two strategies, s1 and s2. Orders have the quantity 0.1.
 */
export async function createTestQueue(
  adminUrl: string,
  { venue = 'binance-usdm' }: { venue?: VenueName } = {},
): Promise<TestQueue> {
  const database = await createMigratedDatabase(adminUrl);
  const sql = connectPostgres({ url: database.url, applicationName: 'order-queue-test', plansByIndex: true });
  const boss = await createBoss({ url: database.url, applicationName: 'order-queue-test', role: 'sender' });
  await sql.unsafe(`
    insert into config.installation (name, revision, applied_at) values ('test', 1, now());
    insert into config.venue (name) values ('${venue}');
    insert into config.strategy (name, market_type, token_hash)
      values ('s1', '${venues[venue].marketType}', repeat('0', 64)), ('s2', '${venues[venue].marketType}', repeat('1', 64));
    insert into config.account (name, venue, api_key, api_secret, margin_mode)
      values ('a1', '${venue}', '{"env":"KEY"}', '{"env":"SECRET"}', 'cross');
    insert into config.strategy_account (strategy, account, capital, leverage) values ('s1', 'a1', 10000, 1), ('s2', 'a1', 10000, 1);
    insert into market.refresh (venue, kind, read_at) values ('${venue}', 'facts', now());
    insert into market.rate_limit (venue, kind, window_ms, "limit")
      values ('${venue}', 'orders', 10000, 100000), ('${venue}', 'weight', 60000, 100000);`);
  let configuration = await readConfiguration(sql);
  const notifier = createNotifier(sql);
  const budget = new RateBudget({
    sql,
    configuration: () => configuration,
    closed: new ClosedScopes({ sql, boss, notifier }),
    now: Date.now,
  });
  const swaps = new SwapBudget(budget);
  const room = new SendRoom(
    budget,
    () => configuration,
    () => 0,
    Date.now,
  );
  const deps = { sql, boss, replica: 'replica-1', configuration: () => configuration, swaps, room, now: Date.now };
  await budget.refresh();
  // The send loop takes over what a plan has put in motion; here the test does.
  const taken = (committed: Committed): Committed => {
    room.handedOver('a1', committed.tasks.length);
    return committed;
  };
  await ensureCursor(sql, 's1', 'a1');
  await ensureCursor(sql, 's2', 'a1');

  return {
    url: database.url,
    sql,
    swaps,
    budget,
    room,
    configuration: () => configuration,
    async reconfigure() {
      configuration = await readConfiguration(sql);
    },
    async market(symbol, { open, conditional, scope }) {
      await sql`insert into market.symbol (venue, symbol, status) values (${venue}, ${symbol}, 'trading')`;
      await sql`insert into market.precision (venue, symbol, price_tick, amount_step) values (${venue}, ${symbol}, 0.1, 0.001)`;
      await sql`
        insert into market.fact (venue, symbol, venue_symbol, contract_size, max_open_orders, max_conditional_orders,
          conditional_scope, adapter_market)
        values (${venue}, ${symbol}, ${symbol.replace('/', '')}, 1, ${open ?? 200}, ${conditional ?? 200},
          ${scope ?? 'symbol'}, '{}')`;
    },
    async plan(orders, strategy = 's1') {
      const alertId = randomBytes(16).toString('hex');
      const all = orders.map((order, orderIndex) => anAlertOrder(orderIndex, order));
      await sql`
        insert into gateway.receipt (id, strategy, received_at, arrival, body_hash, orders, accounts, warnings)
        values (${alertId}, ${strategy}, clock_timestamp(), nextval('gateway.arrival'), '', ${sql.json(all as never)}, '{a1}', '[]')`;
      const planned = await planNextAlert(
        { ...deps, size: async (alert) => sizedAsTold(alert.orders) },
        strategy,
        'a1',
      );
      if (planned.kind !== 'planned') throw new Error(`the alert ended as ${planned.kind}`);
      return { alertId, committed: taken(planned.committed) };
    },
    record: async (outcomes) => taken(await recordOutcomes(deps, 'a1', outcomes)),
    async tick() {
      const tasks: SendTask[] = [];
      const committed = (done: Committed) => void tasks.push(...taken(done).tasks);
      const run = { signal: new AbortController().signal, slot: new Date(), log: undefined as never };
      await queueRebalancer({ ...deps, committed, watch: async () => 0 })(run);
      return tasks;
    },
    orders: async () =>
      await sql<StoredOrder[]>`
        select id, symbol, status, wanted, trim_scale(price)::text as price, trim_scale(stop_price)::text as stop_price, attempt
        from orders.entry order by id`,
    due: async () =>
      await sql<{ symbol: string; seconds: number }[]>`
        select symbol, round(extract(epoch from due_at - clock_timestamp()))::int as seconds from orders.rebalance_due order by symbol`,
    notices: async () =>
      (
        await sql<
          { data: Record<string, unknown> }[]
        >`select data from pgboss.job where name = 'notify' order by created_on`
      ).map(({ data }) => data),
    async bringForward() {
      await sql`update orders.rebalance_due set due_at = clock_timestamp(), version = version + 1`;
    },
    async end() {
      await budget.stop();
      await notifier.flush();
      await boss.stop({ graceful: false });
      await sql.end({ timeout: 5 });
      await database.drop();
    },
  };
}

/** The exchange took the order. */
export function accepted(task: SendTask, changes: Partial<OrderReport> = {}): Outcome {
  return placed(task, { kind: 'accepted', report: reportOf(task, changes) });
}

/** The exchange refused one more order; `live` is what it showed right after. */
export function refusedAsFull(task: SendTask, live: Extract<Outcome, { kind: 'place' }>['live']): Outcome {
  const failure = {
    type: 'limit_exceeded',
    action: 'requeue',
    code: '-2025',
    message: 'full',
    retryAfterMs: null,
  } as const;
  return placed(task, { kind: 'refused', failure }, live);
}

function placed(
  task: SendTask,
  outcome: PlaceOutcome,
  live: Extract<Outcome, { kind: 'place' }>['live'] = null,
): Outcome {
  return { kind: 'place', task, outcome, live };
}

/** The exchange took the order off. */
export function takenOff(task: SendTask): Outcome {
  return {
    kind: 'cancel',
    task,
    outcome: { kind: 'cancelled', report: reportOf(task, { status: 'cancelled', executed: '0' }) },
    lookup: null,
  };
}

export function reportOf(task: SendTask, changes: Partial<OrderReport> = {}): OrderReport {
  const { request } = task;
  return {
    clientOrderId: request.clientOrderId,
    exchangeOrderId: `x-${request.clientOrderId}`,
    triggeredOrderId: null,
    symbol: request.symbol,
    side: request.side,
    type: request.type,
    conditional: task.conditional,
    status: 'open',
    price: request.price,
    stopPrice: request.stopPrice,
    quantity: request.quantity,
    executed: null,
    averagePrice: null,
    reduceOnly: request.reduceOnly,
    updatedAt: null,
    ...changes,
  };
}

export function anAlertOrder(orderIndex: number, order: Partial<AlertOrder>): AlertOrder {
  return {
    orderIndex,
    type: 'LIMIT',
    symbol: 'BTC/USDT',
    side: 'buy',
    price: null,
    stopPrice: null,
    qtyPer: '1',
    orderId: null,
    reduceOnly: false,
    ...order,
  };
}

function sizedAsTold(orders: AlertOrder[]) {
  const sized = orders
    .filter(({ type }) => type !== 'CANCEL' && type !== 'CANCEL_ALL_ORDER')
    .map((order) => ({
      order,
      sized: {
        kind: 'sized' as const,
        quantity: new Decimal('0.1'),
        price: order.price === null ? null : new Decimal(order.price),
        stopPrice: order.stopPrice === null ? null : new Decimal(order.stopPrice),
      },
    }));
  return { sized, denied: [] };
}

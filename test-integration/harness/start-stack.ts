import type { JobId } from '@sluice/contracts';
import { connectPostgres, createBoss, requestRun, type Sql } from '@sluice/service-runtime';
import { createMigratedDatabase } from '@sluice/service-runtime/testing';
import { inject } from 'vitest';
import { eventually } from './eventually.ts';
import { ExchangeClient } from './exchange-client.ts';
import { freePort } from './free-port.ts';
import { adminToken, GatewayClient } from './gateway-client.ts';
import { type ServiceName, ServiceProcess } from './service-process.ts';
import { StoredOrders } from './stored-orders.ts';
import {
  apply,
  type EditConfiguration,
  keyOf,
  type Strategies,
  secretsOf,
  type TestConfiguration,
  testConfiguration,
} from './test-configuration.ts';
import { binanceUsdm, type TestVenue } from './test-venues.ts';

export type StackOptions = {
  /** Where all accounts are; Binance USD-M by default. */
  venue?: TestVenue;
  strategies: Strategies;
  /** Changes the configuration before it is applied. */
  configure?: EditConfiguration;
  /** The Postgres server to use; by default the one all tests share. */
  server?: string;
  orderQueues?: number;
  gateways?: number;
  marketDatas?: number;
  /** None by default: most tests have nobody to tell. */
  notifiers?: number;
  /** Environment of the exchange, over random latency of 0 to 50 ms and prices that stand still. */
  paper?: Record<string, string>;
  /** Environment of order-queue, e.g. another way to the database. */
  orderQueue?: (databaseUrl: string) => Promise<NodeJS.ProcessEnv> | NodeJS.ProcessEnv;
  /** Environment of every process but the exchange; called once for each, `replica` counts from 0. */
  environment?: (
    service: ServiceName,
    databaseUrl: string,
    replica: number,
  ) => Promise<NodeJS.ProcessEnv> | NodeJS.ProcessEnv;
};

/** A whole installation of its own: a database, an exchange, and each service as a process. */
export type Stack = {
  gateway: GatewayClient;
  exchange: ExchangeClient;
  orders: StoredOrders;
  sql: Sql;
  databaseUrl: string;
  paper: ServiceProcess;
  /** The first of them. */
  marketData: ServiceProcess;
  marketDatas: ServiceProcess[];
  orderQueues: ServiceProcess[];
  gateways: ServiceProcess[];
  /** None where it was not asked for. */
  notifiers: ServiceProcess[];
  /** Edits the configuration in force and applies it, as an operator would while everything runs. */
  reconfigure(edit: EditConfiguration): Promise<void>;
  /** Has order-queue read the exchange's open orders now, not at the next multiple of 29 s. */
  updateOpenOrders(): Promise<void>;
  /** Runs a job of the order queue now and waits for its end. */
  runJob(job: JobId): Promise<void>;
  /** The end of every service's log, for a failed test. */
  logs(): string;
  stop(): Promise<void>;
};

export async function startStack(options: StackOptions): Promise<Stack> {
  const cleanUp = new AsyncDisposableStack();
  try {
    return await start(options, cleanUp);
  } catch (error) {
    await cleanUp.disposeAsync();
    throw error;
  }
}

async function start(options: StackOptions, cleanUp: AsyncDisposableStack): Promise<Stack> {
  const database = await createMigratedDatabase(options.server ?? inject('databaseUrl'));
  cleanUp.defer(() => database.drop());
  const sql = connectPostgres({ url: database.url, max: 4, applicationName: 'test' });
  cleanUp.defer(() => sql.end({ timeout: 5 }));

  const ports = await distinctPorts(
    1 + (options.notifiers ?? 0) + (options.marketDatas ?? 1) + (options.orderQueues ?? 1) + (options.gateways ?? 1),
  );
  const process = (name: ServiceName, environment: NodeJS.ProcessEnv): ServiceProcess => {
    const service = new ServiceProcess(name, ports.pop()!, environment);
    cleanUp.defer(async () => void (await service.stop()));
    return service;
  };
  const exchangePort = ports[0]!;
  const configuration = testConfiguration(options.strategies, `http://127.0.0.1:${exchangePort}`, options.venue);
  options.configure?.(configuration);
  const secrets = secretsOf(configuration);
  const environment = {
    ...secrets,
    DATABASE_URL: database.url,
    ADMIN_TOKEN: adminToken,
    LOG_FORMAT: 'text',
    // Bybit states its limit nowhere; what an exchange enforces is turned off with PAPER_RATE_LIMITS.
    BYBIT_ORDERS_PER_SECOND: '1000',
    NO_COLOR: '1',
  };
  const forOrderQueue = { ...environment, ...(await options.orderQueue?.(database.url)) };

  // The exchange is made last, so that it stops first: calls it holds back would hold up whoever made them.
  const replicas = async (name: ServiceName, count: number, base: NodeJS.ProcessEnv): Promise<ServiceProcess[]> => {
    const started: ServiceProcess[] = [];
    for (let replica = 0; replica < count; replica += 1) {
      const own = await options.environment?.(name, database.url, replica);
      started.push(process(name, { ...base, ...own }));
    }
    return started;
  };
  const marketDatas = await replicas('market-data', options.marketDatas ?? 1, environment);
  const marketData = marketDatas[0]!;
  const orderQueues = await replicas('order-queue', options.orderQueues ?? 1, forOrderQueue);
  const gateways = await replicas('webhook-gateway', options.gateways ?? 1, environment);
  const notifiers = await replicas('notifier', options.notifiers ?? 0, environment);
  const paper = process('paper-exchange', paperEnvironment(configuration, options.venue, options.paper));

  await Promise.all([paper.start(), apply(sql, configuration, secrets)]);
  const ours = [...marketDatas, ...orderQueues, ...gateways, ...notifiers];
  await Promise.all(ours.map((service) => service.start()));
  const { listed } = options.venue ?? binanceUsdm;
  await eventually(async () => {
    const [row] = await sql<{ ready: boolean }[]>`
      select (select count(*) from market.instrument) >= ${listed.markets}
         and (select count(*) from market.price) >= ${listed.priced} as ready`;
    if (!row?.ready) throw new Error(`market-data does not know the markets yet:\n${marketData.tail(20)}`);
  }, 30_000);

  let applying = Promise.resolve();
  const services = [paper, ...ours];
  return {
    gateway: new GatewayClient(gateways.map(({ url }) => url)),
    exchange: new ExchangeClient(paper.url, options.venue?.name),
    orders: new StoredOrders(sql),
    sql,
    databaseUrl: database.url,
    paper,
    marketData,
    marketDatas,
    orderQueues,
    gateways,
    notifiers,
    async reconfigure(edit) {
      // One after the other, or an older state of the file could be applied last.
      const previous = applying;
      const { promise, resolve } = Promise.withResolvers<void>();
      applying = promise;
      await previous;
      try {
        edit(configuration);
        await apply(sql, configuration, { ...secretsOf(configuration), ...secrets });
      } finally {
        resolve();
      }
    },
    updateOpenOrders: () => runJob(sql, database.url, 'update_open_orders'),
    runJob: (job) => runJob(sql, database.url, job),
    logs: () => services.map((service) => service.tail(40)).join('\n'),
    stop: () => cleanUp.disposeAsync(),
  };
}

function paperEnvironment(
  configuration: TestConfiguration,
  { balance }: TestVenue = binanceUsdm,
  changes: Record<string, string> = {},
): NodeJS.ProcessEnv {
  const accounts = Object.entries(configuration.accounts).map(([name, { venue }]) => ({
    venue,
    name: keyOf(name),
    key: keyOf(name),
    secret: `${keyOf(name)}-secret`,
    balance,
  }));
  return {
    PAPER_ACCOUNTS: JSON.stringify(accounts),
    // All processes of a test share one address, and looking at the exchange again and again is most of the weight.
    PAPER_RATE_LIMITS: 'off',
    PAPER_PRICE_MOVES: 'off',
    PAPER_LATENCY_MS: '0-50',
    ...changes,
  };
}

/** Asks for a run and waits until one that began after the asking is over; a request during a run is dropped. */
async function runJob(sql: Sql, url: string, job: JobId): Promise<void> {
  const [asked] = await sql<{ at: Date }[]>`select clock_timestamp() as at`;
  const boss = await createBoss({ url, applicationName: 'test', role: 'sender' });
  try {
    await eventually(async () => {
      await requestRun(boss, job);
      const [run] = await sql`
        select from runtime.job_run where job_id = ${job} and started_at >= ${asked!.at} limit 1`;
      if (run === undefined) throw new Error(`${job} has not run`);
    });
  } finally {
    await boss.stop({ graceful: false });
  }
}

async function distinctPorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

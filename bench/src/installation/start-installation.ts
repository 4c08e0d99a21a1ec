import { connectPostgres, type Sql } from '@sluice/service-runtime';
import { applyBenchConfiguration, type BenchConfiguration, paperAccounts, secretsOf } from './bench-configuration.ts';
import { BenchProcess } from './child-process.ts';
import { createDatabase } from './create-database.ts';
import { type Market, PaperClient } from './paper-client.ts';

export type ServiceName = 'paper-exchange' | 'market-data' | 'order-queue' | 'webhook-gateway';

export type Installation = {
  sql: Sql;
  databaseUrl: string;
  gatewayUrl: string;
  paper: PaperClient;
  markets: Market[];
  /** The one of each that was started with the installation. */
  services: BenchProcess[];
  /** Another replica; whoever starts it stops it. */
  startReplica: (name: ServiceName) => Promise<BenchProcess>;
  stop: () => Promise<void>;
};

/** Accounts that only measurements of the floor use; the product does not know them. */
export const floorAccount = 'floor';

/** Strategies for single-order alerts, five of which share an account. */
export const manyStrategies = Array.from({ length: 100 }, (_, at) => `s${at}`);
const sharedAccounts = Array.from({ length: 20 }, (_, at) => `shared${at}`);

/** Starts an exchange, market-data, one order-queue and one gateway on a database of their own. */
export async function startInstallation(serverUrl: string): Promise<Installation> {
  const started = new AsyncDisposableStack();
  try {
    return await start(serverUrl, started);
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

async function start(serverUrl: string, started: AsyncDisposableStack): Promise<Installation> {
  const databaseUrl = await createDatabase(serverUrl, 'bench');
  const own = (process: BenchProcess): BenchProcess => {
    started.defer(() => process.stop());
    return process;
  };
  const paperEnvironment = {
    PAPER_ACCOUNTS: paperAccounts(['batch', 'main2', 'second', floorAccount, ...sharedAccounts]),
    // What is measured is our own; the exchange's order rate would be the only thing seen.
    PAPER_RATE_LIMITS: 'off',
    PAPER_PRICE_MOVES: 'off',
  };
  const exchange = own(await BenchProcess.start('services/paper-exchange/src/main.ts', paperEnvironment));
  const configuration: BenchConfiguration = {
    exchangeUrl: exchange.url,
    accounts: [
      { name: 'batch', maxOpenOrders: 20 },
      ...['main2', 'second', ...sharedAccounts].map((name) => ({ name, maxOpenOrders: 200 })),
    ],
    strategies: [
      ...['batch', 'main2', 'second'].map((name) => ({ name, accounts: [name] })),
      ...manyStrategies.map((name, at) => ({ name, accounts: [sharedAccounts[at % sharedAccounts.length]!] })),
    ],
  };
  await applyBenchConfiguration(databaseUrl, configuration);

  const environment = { ...secretsOf(configuration), DATABASE_URL: databaseUrl, ADMIN_TOKEN: 'bench-admin' };
  const startReplica = (name: ServiceName): Promise<BenchProcess> =>
    BenchProcess.start(
      `services/${name}/src/main.ts`,
      name === 'paper-exchange' ? paperEnvironment : { ...environment },
    );
  const marketData = own(await startReplica('market-data'));
  const orderQueue = own(await startReplica('order-queue'));
  const gateway = own(await startReplica('webhook-gateway'));

  const sql = connectPostgres({ url: databaseUrl, max: 8, applicationName: 'bench' });
  started.defer(() => sql.end({ timeout: 5 }));
  const paper = new PaperClient(exchange.url);
  return {
    sql,
    databaseUrl,
    gatewayUrl: gateway.url,
    paper,
    markets: await paper.markets(),
    services: [gateway, orderQueue, marketData, exchange],
    startReplica,
    stop: () => started.disposeAsync(),
  };
}

import { applyConfiguration, parseConfiguration } from '@sluice/configuration';
import { connectPostgres } from '@sluice/service-runtime';

export type BenchAccount = { name: string; maxOpenOrders: number };
export type BenchStrategy = { name: string; accounts: readonly string[] };
export type BenchConfiguration = {
  accounts: readonly BenchAccount[];
  strategies: readonly BenchStrategy[];
  exchangeUrl: string;
};

/** One token for all strategies and one secret for all accounts: they open the paper exchange and nothing else. */
export const token = 'bench-token-of-every-strategy';
export const secretOf = (account: string): string => `${keyOf(account)}-secret`;
export const keyOf = (account: string): string => `paper-${account}`;
const variable = (account: string): string => account.toUpperCase().replaceAll('-', '_');

/** The variables the configuration refers to. */
export function secretsOf({ accounts }: BenchConfiguration): Record<string, string> {
  const pairs = accounts.flatMap(({ name }) => [
    [`KEY_OF_${variable(name)}`, keyOf(name)],
    [`SECRET_OF_${variable(name)}`, secretOf(name)],
  ]);
  return { BENCH_TOKEN: token, ...Object.fromEntries(pairs) };
}

/** The accounts as the paper exchange takes them, rich enough that no order is refused for want of money. */
export function paperAccounts(names: readonly string[]): string {
  const accounts = names.map((name) => ({
    name: keyOf(name),
    key: keyOf(name),
    secret: secretOf(name),
    balance: '1000000000',
  }));
  return JSON.stringify(accounts);
}

/** Applies the configuration the way the command does. */
export async function applyBenchConfiguration(databaseUrl: string, configuration: BenchConfiguration): Promise<void> {
  const file = {
    installation: { name: 'bench' },
    venues: { 'binance-usdm': { endpoint: configuration.exchangeUrl } },
    accounts: Object.fromEntries(
      configuration.accounts.map(({ name, maxOpenOrders }) => [
        name,
        {
          venue: 'binance-usdm',
          api_key: { env: `KEY_OF_${variable(name)}` },
          api_secret: { env: `SECRET_OF_${variable(name)}` },
          max_open_orders: maxOpenOrders,
        },
      ]),
    ),
    strategies: Object.fromEntries(
      configuration.strategies.map(({ name, accounts }) => [
        name,
        {
          market_type: 'FUTURES',
          token: { env: 'BENCH_TOKEN' },
          accounts: Object.fromEntries(accounts.map((account) => [account, { capital: 10_000, leverage: 10 }])),
        },
      ]),
    ),
  };
  const read = parseConfiguration('bench.yaml', JSON.stringify(file, null, 2), secretsOf(configuration));
  const sql = connectPostgres({ url: databaseUrl, max: 1, applicationName: 'bench' });
  try {
    await applyConfiguration(sql as Parameters<typeof applyConfiguration>[0], read.configuration);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

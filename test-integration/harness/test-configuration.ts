import { applyConfiguration, parseConfiguration } from '@sluice/configuration';
import { type MarketType, needsAccountNumber, type VenueName } from '@sluice/contracts';
import type { Sql } from '@sluice/service-runtime';
import { binanceUsdm, type TestVenue } from './test-venues.ts';

type Secret = { env: string } | { file: string };

/** The part of a configuration file that tests decide, in the file's own words. */
export type TestConfiguration = {
  installation: {
    name: string;
    operator_chat?: string;
    bot_token?: Secret;
    telegram_api?: string;
    language?: 'ko' | 'en';
  };
  venues: Partial<
    Record<
      VenueName,
      { endpoint: string; closed_days?: string[]; open_days?: string[]; special_hours?: Record<string, string> }
    >
  >;
  accounts: Record<
    string,
    {
      venue: VenueName;
      api_key: Secret;
      api_secret: Secret;
      account_number?: Secret;
      max_open_orders?: number;
      max_conditional_orders?: number;
      reserve?: { buy?: number; sell?: number; conditional?: number };
      active?: boolean;
    }
  >;
  jobs?: Record<string, { every: number } | { cron: string }>;
  strategies: Record<
    string,
    {
      market_type: MarketType;
      token: Secret;
      owner_chats?: string[];
      max_age_seconds?: number;
      max_lag_seconds?: number;
      active?: boolean;
      accounts: Record<string, { capital: number; leverage: number; active?: boolean }>;
    }
  >;
};

export type EditConfiguration = (configuration: TestConfiguration) => void;

/** Names that have an account each, or a strategy with the accounts it trades on. */
export type Strategies = readonly (string | { name: string; accounts: readonly string[] })[];

/** A strategy with the venue's capital and leverage on each of its accounts; 20 open and 5 conditional orders per symbol. */
export function testConfiguration(
  strategies: Strategies,
  exchangeUrl: string,
  venue: TestVenue = binanceUsdm,
): TestConfiguration {
  const configuration: TestConfiguration = {
    installation: { name: 'test' },
    venues: { [venue.name]: { endpoint: exchangeUrl } },
    accounts: {},
    strategies: {},
  };
  for (const strategy of strategies) {
    const { name, accounts } = typeof strategy === 'string' ? { name: strategy, accounts: [strategy] } : strategy;
    for (const account of accounts) {
      configuration.accounts[account] ??= {
        venue: venue.name,
        api_key: { env: `KEY_OF_${variable(account)}` },
        api_secret: { env: `SECRET_OF_${variable(account)}` },
        ...(needsAccountNumber(venue.name) && { account_number: { env: `NUMBER_OF_${variable(account)}` } }),
        max_open_orders: 20,
        max_conditional_orders: 5,
      };
    }
    configuration.strategies[name] = {
      market_type: venue.marketType,
      token: { env: `TOKEN_OF_${variable(name)}` },
      accounts: Object.fromEntries(
        accounts.map((account) => [account, { capital: venue.capital, leverage: venue.leverage }]),
      ),
    };
  }
  return configuration;
}

/** The variables the configuration refers to, for the command that applies it and for the services. */
export function secretsOf({ accounts, strategies }: TestConfiguration): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const account of Object.keys(accounts)) {
    secrets[`KEY_OF_${variable(account)}`] = keyOf(account);
    secrets[`SECRET_OF_${variable(account)}`] = `${keyOf(account)}-secret`;
    secrets[`NUMBER_OF_${variable(account)}`] = '12345678-01';
  }
  for (const strategy of Object.keys(strategies)) secrets[`TOKEN_OF_${variable(strategy)}`] = tokenOf(strategy);
  return secrets;
}

export function keyOf(account: string): string {
  return `paper-${account}`;
}

export function tokenOf(strategy: string): string {
  return `token-of-the-test-strategy-${strategy}`;
}

/** Applies the configuration as the command does: the file's checks, then one transaction. */
export async function apply(
  sql: Sql,
  configuration: TestConfiguration,
  secrets: Record<string, string>,
): Promise<void> {
  const read = parseConfiguration('test.yaml', JSON.stringify(configuration, null, 2), secrets);
  const { diff } = await applyConfiguration(sql as Parameters<typeof applyConfiguration>[0], read.configuration);
  if (diff.refusals.length > 0) throw new Error(`the test configuration was refused: ${JSON.stringify(diff.refusals)}`);
}

function variable(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}

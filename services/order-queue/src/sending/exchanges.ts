import { readFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { type Credentials, createExchange, type Exchange } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import type { AccountConfig, Configuration, SecretReference } from '../configuration/configuration.ts';
import { readAdapterMarkets } from '../db/read-adapter-markets.ts';

/** The keys an account refers to are not there; a person has to put them there. */
export class MissingKeys extends Error {
  override readonly name = 'MissingKeys';
}

/** In hedge mode an order needs a position side that an alert does not name; a guess could open instead of close. */
export class HedgeMode extends Error {
  override readonly name = 'HedgeMode';
}

export type Exchanges = {
  /** The connection of one account. Throws {@link MissingKeys}, {@link HedgeMode} or an ExchangeError. */
  of(account: string): Promise<Exchange>;
  close(): Promise<void>;
};

/** Markets a connection knows are read anew this often; a symbol it does not know is looked for at once. */
const MARKETS_FOR_MS = 300_000;

/**
 * One connection per account, made when first used and made anew when its configuration changed. Keys are read from
 * the environment or from files under `secretsDirectory` at that moment and kept nowhere else.
 */
export function createExchanges(
  sql: Sql,
  configuration: () => Configuration,
  options: { secretsDirectory: string | null; env: NodeJS.ProcessEnv },
): Exchanges {
  const connections = new Map<string, { made: string; exchange: Promise<Exchange>; marketsUntil: number }>();

  async function connect(account: AccountConfig): Promise<Exchange> {
    const credentials: Credentials = {
      apiKey: await readSecret(account, 'api_key', account.apiKey, options),
      secret: await readSecret(account, 'api_secret', account.apiSecret, options),
    };
    const exchange = createExchange({ venue: account.venue, credentials, endpoint: account.endpoint });
    exchange.useMarkets(await readAdapterMarkets(sql, account.venue));
    // Both are read: done side by side, once per connection.
    const [, mode] = await Promise.all([exchange.syncClock(), exchange.positionMode()]);
    if (mode === 'hedge')
      throw new HedgeMode(`account ${account.name} is in hedge mode: switch it to one-way mode on the exchange`);
    return exchange;
  }

  return {
    async of(name) {
      const account = configuration().accounts.get(name);
      if (account === undefined) throw new MissingKeys(`account ${name} is not in the configuration`);
      const made = JSON.stringify([account.venue, account.endpoint, account.apiKey, account.apiSecret]);
      const known = connections.get(name);
      if (known?.made === made && known.marketsUntil > Date.now()) return await known.exchange;
      const exchange = connect(account);
      connections.set(name, { made, exchange, marketsUntil: Date.now() + MARKETS_FOR_MS });
      exchange.catch(() => connections.delete(name));
      if (known !== undefined) void known.exchange.then((old) => old.close()).catch(() => {});
      return await exchange;
    },
    async close() {
      const all = [...connections.values()];
      connections.clear();
      await Promise.allSettled(all.map(async ({ exchange }) => (await exchange).close()));
    },
  };
}

async function readSecret(
  account: AccountConfig,
  field: string,
  reference: SecretReference,
  options: { secretsDirectory: string | null; env: NodeJS.ProcessEnv },
): Promise<string> {
  if ('env' in reference) {
    const value = options.env[reference.env];
    if (value) return value;
    throw new MissingKeys(`${field} of account ${account.name}: set the environment variable ${reference.env}`);
  }
  if (options.secretsDirectory === null) {
    throw new MissingKeys(`${field} of account ${account.name} is a file: set SECRETS_DIR to the directory it is in`);
  }
  const root = resolve(options.secretsDirectory);
  const path = resolve(join(root, reference.file));
  if (!path.startsWith(root + sep))
    throw new MissingKeys(`${field} of account ${account.name} points outside SECRETS_DIR`);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new MissingKeys(`${field} of account ${account.name}: ${reference.file} cannot be read in SECRETS_DIR`, {
      cause: error,
    });
  }
}

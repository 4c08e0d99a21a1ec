import { createHash } from 'node:crypto';
import { createExchange, type Exchange, type ExchangeOptions, venueTraits } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { type Meter, meteredExchange } from '../budget/metered-exchange.ts';
import type { RateBudget } from '../budget/rate-budget.ts';
import type { AccountConfig, Configuration } from '../configuration/configuration.ts';
import { readAdapterMarkets } from '../db/read-adapter-markets.ts';
import type { TokenBroker } from '../tokens/token-broker.ts';
import { type AccountKeys, MissingKeys } from './account-keys.ts';
import { requireOneWay } from './require-one-way.ts';

const log = getLogger('sending');

export type Exchanges = {
  /** The connection of one account. Throws {@link MissingKeys}, HedgeMode or an ExchangeError. */
  of(account: string): Promise<Exchange>;
  /** The same for the send loop, which pays for placements, cancels and look-ups before it sends them. */
  forSending(account: string): Promise<Exchange>;
  close(): Promise<void>;
};

/** Mounted keys and the known markets are looked at again this often, behind the order path. */
const LOOK_AGAIN_MS = 30_000;

/** One connection under two views. */
type Connected = { metered: Exchange; forSending: Exchange };

type Connection = {
  /** What it was made from, keys hashed; made anew when that changes. */
  made: string;
  exchange: Promise<Connected>;
  lookAgainAt: number;
  /** Of the configuration it was last compared with. */
  revision: number;
};

/**
 * One connection per account, made when first used and made anew when its configuration or its keys changed.
 */
export function createExchanges(
  sql: Sql,
  configuration: () => Configuration,
  { keys, tokens, now }: { keys: AccountKeys; tokens: TokenBroker; now: () => number },
  budget: RateBudget,
): Exchanges & {
  /** Its keys are read anew before the next call: a person has said that it is mended. */
  recheck(account: string): void;
} {
  const connections = new Map<string, Connection>();

  async function connect(account: AccountConfig): Promise<Connected> {
    const credentials = await keys.of(account.name);
    const meter: Meter = (cost, level, waitMs) => budget.take(account.name, cost, level, waitMs);
    const synced = (offsetMs: number) => budget.setClock(account.venue, offsetMs);
    const { venue, endpoint } = account;
    const options: ExchangeOptions = {
      venue,
      credentials,
      endpoint,
      now,
      onUsage: (usage) => budget.observe(account.name, usage),
    };
    if (venueTraits(venue).accessTokens) {
      requireSealingKey(account, tokens);
      options.tokens = tokens.of({ venue, credentials, endpoint });
    }
    const exchange = createExchange(options);
    const metered = meteredExchange(exchange, meter, { findIsPaid: false, synced });
    exchange.useMarkets(await readAdapterMarkets(sql, account.venue));
    await metered.syncClock();
    await requireOneWay(sql, account, credentials.apiKey, metered);
    return { metered, forSending: meteredExchange(exchange, meter, { findIsPaid: true, synced }) };
  }

  function open(account: AccountConfig, made: string): Connection {
    const connection: Connection = {
      made,
      exchange: connect(account),
      lookAgainAt: Date.now() + LOOK_AGAIN_MS,
      revision: configuration().revision,
    };
    const before = connections.get(account.name);
    connections.set(account.name, connection);
    connection.exchange.catch(() => {
      if (connections.get(account.name) === connection) connections.delete(account.name);
    });
    void before?.exchange.then((old) => old.metered.close()).catch(() => {});
    return connection;
  }

  async function lookAgain(account: AccountConfig, connection: Connection): Promise<void> {
    connection.lookAgainAt = Date.now() + LOOK_AGAIN_MS;
    try {
      const made = await madeFrom(account);
      if (made !== connection.made) open(account, made);
      else (await connection.exchange).metered.useMarkets(await readAdapterMarkets(sql, account.venue));
    } catch (error) {
      log.warn('the keys or markets of account %s cannot be read; what is known stays in use', account.name, error);
    }
  }

  async function madeFrom(account: AccountConfig): Promise<string> {
    const { apiKey, secret, accountNumber = '' } = await keys.of(account.name);
    const hashed = createHash('sha256').update(`${apiKey}\n${secret}\n${accountNumber}`).digest('hex');
    return JSON.stringify([account.venue, account.endpoint, account.apiKey, account.apiSecret, hashed]);
  }

  async function connected(name: string): Promise<Connected> {
    const account = configuration().accounts.get(name);
    if (account === undefined) throw new MissingKeys(`account ${name} is not in the configuration`);
    const known = connections.get(name);
    if (known === undefined) {
      const made = await madeFrom(account);
      return await (connections.get(name) ?? open(account, made)).exchange;
    }
    if (known.revision !== configuration().revision) {
      // Applied anew, perhaps just because a key was mended: the next call must not use the old one.
      known.revision = configuration().revision;
      await lookAgain(account, known);
    } else if (known.lookAgainAt <= Date.now()) void lookAgain(account, known);
    return await (connections.get(name) ?? known).exchange;
  }

  return {
    of: async (name) => (await connected(name)).metered,
    forSending: async (name) => (await connected(name)).forSending,
    recheck(name) {
      const known = connections.get(name);
      if (known !== undefined) known.revision = Number.NaN;
    },
    async close() {
      const all = [...connections.values()];
      connections.clear();
      await Promise.allSettled(all.map(async ({ exchange }) => (await exchange).metered.close()));
    },
  };
}

/** Throws {@link MissingKeys} where an account needs access tokens and there is nothing to seal them with. */
export function requireSealingKey({ name, venue }: Pick<AccountConfig, 'name' | 'venue'>, tokens: TokenBroker): void {
  if (!venueTraits(venue).accessTokens || tokens.hasKey) return;
  throw new MissingKeys(
    `account ${name} is on ${venue}, whose access tokens are kept sealed: set TOKEN_SEALING_KEY to 32 bytes in base64 (openssl rand -base64 32)`,
  );
}

import { type Exchange, ExchangeError, venueTraits } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { accountLeverage, type Configuration } from '../configuration/configuration.ts';
import {
  claimSymbolSetting,
  confirmSymbolSetting,
  readSymbolSetting,
  type SymbolSetting,
  settleSymbolSetting,
} from '../db/symbol-setting.ts';

const log = getLogger('sending');

/** Two replicas that meet here need two or three. */
const TRIES = 5;

export type SymbolSettings = {
  /** Leverage and margin mode of a symbol are as configured when this resolves; throws an ExchangeError when they cannot be. */
  ensure(exchange: Exchange, account: string, symbol: string): Promise<void>;
};

/**
 * Sets leverage and margin mode before the first order of a symbol and after a change of configuration, and reads them
 * back. What was set is stored, so that other replicas and later starts need not ask again; each looks there once per
 * revision of the configuration, since another may have set something else in between.
 */
export function createSymbolSettings(sql: Sql, configuration: () => Configuration): SymbolSettings {
  const last = new Map<string, { revision: number; done: Promise<void> }>();

  async function set(exchange: Exchange, account: string, symbol: string, wanted: SymbolSetting) {
    const stored = await readSymbolSetting(sql, account, symbol);
    if (stored?.settled) {
      // Set by a replica that heard of a change before this one did.
      if (stored.revision > wanted.revision) return;
      if (stored.leverage === wanted.leverage && stored.marginMode === wanted.marginMode) {
        return await confirmSymbolSetting(sql, account, symbol, wanted.revision);
      }
    }
    for (let left = TRIES; left > 0; left -= 1) {
      const { leverage, marginMode, ticket } = await claimSymbolSetting(sql, account, symbol, wanted);
      await exchange.setLeverage(symbol, leverage, marginMode);
      if (await settleSymbolSetting(sql, account, symbol, ticket)) {
        log.info('%s %s: leverage %d, %s margin', account, symbol, leverage, marginMode);
        return;
      }
      // Another replica asked meanwhile, and nobody knows whose request came last: once more, what holds now.
    }
    const message = `the leverage of ${symbol} is being set by several replicas at once`;
    throw new ExchangeError({ type: 'unknown', action: 'retry', code: null, message, retryAfterMs: null });
  }

  return {
    async ensure(exchange, account, symbol) {
      if (!venueTraits(exchange.venue).leverage) return;
      const { revision } = configuration();
      const wanted = {
        leverage: accountLeverage(configuration(), account),
        marginMode: configuration().accounts.get(account)?.marginMode ?? ('cross' as const),
        revision,
      };
      const key = `${account}\n${symbol}`;
      let setting = last.get(key);
      if (setting?.revision !== revision) {
        const before = setting?.done.catch(() => {}) ?? Promise.resolve();
        const done = before.then(() => set(exchange, account, symbol, wanted));
        const own = { revision, done };
        setting = own;
        last.set(key, own);
        done.catch(() => {
          if (last.get(key) === own) last.delete(key);
        });
      }
      await setting.done;
    },
  };
}

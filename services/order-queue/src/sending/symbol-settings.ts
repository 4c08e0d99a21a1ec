import type { Exchange } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { accountLeverage, type Configuration } from '../configuration/configuration.ts';
import { readSymbolSetting, writeSymbolSetting } from '../db/symbol-setting.ts';

const log = getLogger('sending');

export type SymbolSettings = {
  /** Leverage and margin mode of a symbol are as configured when this resolves; throws an ExchangeError when they cannot be. */
  ensure(exchange: Exchange, account: string, symbol: string): Promise<void>;
};

/**
 * Sets leverage and margin mode before the first order of a symbol and after a change of configuration, and reads them
 * back. What was set is stored, so that other replicas and later starts need not ask again.
 */
export function createSymbolSettings(sql: Sql, configuration: () => Configuration): SymbolSettings {
  // The last setting of each account and symbol: a leverage that is changed and changed back has to be set twice.
  const last = new Map<string, { wanted: string; done: Promise<void> }>();

  async function set(
    exchange: Exchange,
    account: string,
    symbol: string,
    leverage: number,
    marginMode: 'cross' | 'isolated',
  ) {
    const stored = await readSymbolSetting(sql, account, symbol);
    if (stored?.leverage === leverage && stored.marginMode === marginMode) return;
    await exchange.setLeverage(symbol, leverage, marginMode);
    await writeSymbolSetting(sql, account, symbol, leverage, marginMode);
    log.info('%s %s: leverage %d, %s margin', account, symbol, leverage, marginMode);
  }

  return {
    async ensure(exchange, account, symbol) {
      const leverage = accountLeverage(configuration(), account);
      const marginMode = configuration().accounts.get(account)?.marginMode ?? 'cross';
      const key = `${account}\n${symbol}`;
      const wanted = `${leverage} ${marginMode}`;
      let setting = last.get(key);
      if (setting?.wanted !== wanted) {
        const before = setting?.done.catch(() => {}) ?? Promise.resolve();
        const done = before.then(() => set(exchange, account, symbol, leverage, marginMode));
        const own = { wanted, done };
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

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
  const done = new Map<string, Promise<void>>();

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
      const key = [account, symbol, leverage, marginMode].join('\n');
      let setting = done.get(key);
      if (setting === undefined) {
        setting = set(exchange, account, symbol, leverage, marginMode);
        done.set(key, setting);
        setting.catch(() => done.delete(key));
      }
      await setting;
    },
  };
}

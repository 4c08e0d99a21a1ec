import { describe, expect, test } from 'vitest';
import { compareFacts, type SymbolFacts } from './fact-changes.ts';

const btc: SymbolFacts = {
  symbol: 'BTC/USDT',
  venueSymbol: 'BTCUSDT',
  minAmount: '0.001',
  maxAmount: '1000',
  marketMaxAmount: '120',
  minNotional: '100',
  contractSize: '1',
  maxOpenOrders: 200,
  maxConditionalOrders: 200,
  conditionalScope: 'account',
  adapterMarket: { id: 'BTCUSDT' },
};

describe('market facts', () => {
  test('facts that stayed the same are not written, whatever zeros the exchange adds', () => {
    expect(compareFacts([btc], [{ ...btc, minNotional: '100.00' }])).toEqual({
      write: [],
      added: [],
      changes: [],
      unusable: [],
    });
  });

  test('a lowered order cap is written and named', () => {
    const { write, changes } = compareFacts([btc], [{ ...btc, maxOpenOrders: 150 }]);
    expect(write).toHaveLength(1);
    expect(changes).toEqual([{ symbol: 'BTC/USDT', field: 'maxOpenOrders', from: 200, to: 150 }]);
  });

  test("a change in the adapter's own description is written without being announced", () => {
    const { write, changes } = compareFacts([btc], [{ ...btc, adapterMarket: { id: 'BTCUSDT', index: 1 } }]);
    expect(write[0]?.adapterMarket).toEqual({ id: 'BTCUSDT', index: 1 });
    expect(changes).toEqual([]);
  });

  test('a new symbol is written with its description', () => {
    expect(compareFacts([], [btc])).toMatchObject({
      write: [btc],
      added: ['BTC/USDT'],
    });
  });

  test('a market without a contract size is left out instead of dividing by zero later', () => {
    expect(compareFacts([], [{ ...btc, contractSize: '0' }])).toMatchObject({
      write: [],
      unusable: ['BTC/USDT'],
    });
  });
});

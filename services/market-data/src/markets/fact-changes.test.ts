import { describe, expect, test } from 'vitest';
import { compareFacts, fingerprint, type SymbolFacts } from './fact-changes.ts';

const adapterMarket = { id: 'BTCUSDT', precision: { price: '0.1' } };
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
};
const stored = { ...btc, adapterFingerprint: fingerprint(adapterMarket) };

describe('market facts', () => {
  test('facts that stayed the same are not written, so their 2 kB are not sent every 317 s', () => {
    expect(compareFacts([stored], [{ ...btc, minNotional: '100.00', adapterMarket }])).toEqual({
      write: [],
      added: [],
      changes: [],
      unusable: [],
    });
  });

  test('a lowered order cap is written and named', () => {
    const { write, changes } = compareFacts([stored], [{ ...btc, maxOpenOrders: 150, adapterMarket }]);
    expect(write).toHaveLength(1);
    expect(changes).toEqual([{ symbol: 'BTC/USDT', field: 'maxOpenOrders', from: 200, to: 150 }]);
  });

  test("a change in the adapter's own description is written without being announced", () => {
    const { write, changes } = compareFacts([stored], [{ ...btc, adapterMarket: { ...adapterMarket, index: 1 } }]);
    expect(write[0]?.adapterMarket).toEqual({ ...adapterMarket, index: 1 });
    expect(changes).toEqual([]);
  });

  test('a new symbol is written with its description', () => {
    expect(compareFacts([], [{ ...btc, adapterMarket }])).toMatchObject({
      write: [{ ...stored, adapterMarket }],
      added: ['BTC/USDT'],
    });
  });

  test('a market without a contract size is left out instead of dividing by zero later', () => {
    expect(compareFacts([], [{ ...btc, contractSize: '0', adapterMarket }])).toMatchObject({
      write: [],
      unusable: ['BTC/USDT'],
    });
  });
});

import { describe, expect, test } from 'vitest';
import { comparePrecision, type SymbolPrecision } from './precision-changes.ts';

const btc: SymbolPrecision = {
  symbol: 'BTC/USDT',
  priceTick: '0.10',
  priceTicks: null,
  amountStep: '0.001',
  marketAmountStep: null,
};

describe('precision', () => {
  test('the same number written differently is no change', () => {
    const stored = { ...btc, priceTick: '0.1', amountStep: '0.00100' };
    expect(comparePrecision([stored], [btc])).toEqual({ write: [], added: [], changes: [], unusable: [] });
  });

  test('a changed tick is written and named with what it was', () => {
    const finer = { ...btc, priceTick: '0.01' };
    expect(comparePrecision([btc], [finer])).toMatchObject({
      write: [finer],
      changes: [{ symbol: 'BTC/USDT', field: 'priceTick', from: '0.10', to: '0.01' }],
    });
  });

  test('a step that begins to be stated is a change', () => {
    const stated = { ...btc, marketAmountStep: '0.001' };
    expect(comparePrecision([btc], [stated]).changes).toEqual([
      { symbol: 'BTC/USDT', field: 'marketAmountStep', from: null, to: '0.001' },
    ]);
  });

  const ladder = [
    { from: '0', tick: '1' },
    { from: '2000', tick: '5' },
  ];

  test('ticks by price are compared step by step', () => {
    const laddered = { ...btc, priceTicks: ladder };
    expect(comparePrecision([laddered], [{ ...btc, priceTicks: structuredClone(ladder) }]).write).toEqual([]);
    const moved = { ...btc, priceTicks: [ladder[0]!, { from: '5000', tick: '5' }] };
    expect(comparePrecision([laddered], [moved]).changes).toMatchObject([{ field: 'priceTicks' }]);
  });

  test('a step of zero among the ticks by price is unusable as well', () => {
    const broken = { ...btc, priceTicks: [{ from: '0', tick: '0' }] };
    expect(comparePrecision([], [broken]).unusable).toEqual(['BTC/USDT']);
  });

  test('a tick of zero is left out, and the one stored before stays', () => {
    expect(comparePrecision([btc], [{ ...btc, priceTick: '0' }])).toEqual({
      write: [],
      added: [],
      changes: [],
      unusable: ['BTC/USDT'],
    });
  });

  test('a symbol no longer listed keeps its precision', () => {
    expect(comparePrecision([btc], []).write).toEqual([]);
  });

  test('a symbol listed twice is written once', () => {
    expect(comparePrecision([], [btc, btc]).write).toEqual([btc]);
  });
});

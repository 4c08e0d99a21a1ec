import type { Ticker } from '@sluice/exchange';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitPrices } from './price-batches.ts';

describe('prices of one answer', () => {
  test('symbols with orders come first', () => {
    const [btc, eth, sol] = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'].map((symbol) => ({ symbol, last: '1', at: 1 }));
    expect(splitPrices([btc!, eth!, sol!], new Set(['SOL/USDT', 'XRP/USDT']))).toEqual({
      first: [sol],
      rest: [btc, eth],
    });
  });

  test('a dated contract, which has no canonical name, is left out', () => {
    const dated = { symbol: 'BTCUSDT_261225', last: '1', at: 1 };
    expect(splitPrices([dated], new Set())).toEqual({ first: [], rest: [] });
  });

  test('every symbol is in exactly one batch, with its newest price', () => {
    const symbol = fc.constantFrom('A/USDT', 'B/USDT', 'C/USDT', 'D/USDT');
    const ticker = fc.record({ symbol, last: fc.constantFrom('1', '2', '3'), at: fc.integer({ min: 0, max: 5 }) });
    fc.assert(
      fc.property(fc.array(ticker), fc.uniqueArray(symbol), (tickers: Ticker[], exposed) => {
        const { first, rest } = splitPrices(tickers, new Set(exposed));
        const all = [...first, ...rest];
        expect(new Set(all.map((t) => t.symbol))).toEqual(new Set(tickers.map((t) => t.symbol)));
        expect(all).toHaveLength(new Set(tickers.map((t) => t.symbol)).size);
        for (const t of first) expect(exposed).toContain(t.symbol);
        for (const t of rest) expect(exposed).not.toContain(t.symbol);
        for (const t of all) {
          expect(t.at).toBe(Math.max(...tickers.filter((o) => o.symbol === t.symbol).map((o) => o.at)));
        }
      }),
    );
  });
});

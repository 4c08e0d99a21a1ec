import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareSymbolLists, type ListedSymbol } from './symbol-list.ts';

const btc: ListedSymbol = { symbol: 'BTC/USDT', status: 'trading' };
const eth: ListedSymbol = { symbol: 'ETH/USDT', status: 'trading' };

describe('the symbol list', () => {
  test('a first read stores everything as new', () => {
    expect(compareSymbolLists([], [btc, eth])).toEqual({
      write: [btc, eth],
      added: ['BTC/USDT', 'ETH/USDT'],
      changed: [],
      gone: [],
    });
  });

  test('an unchanged list writes nothing', () => {
    expect(compareSymbolLists([btc, eth], [eth, btc])).toEqual({ write: [], added: [], changed: [], gone: [] });
  });

  test('a symbol that vanished turns closed, once', () => {
    const closed: ListedSymbol = { symbol: 'ETH/USDT', status: 'closed' };
    expect(compareSymbolLists([btc, eth], [btc])).toMatchObject({ write: [closed], gone: ['ETH/USDT'] });
    expect(compareSymbolLists([btc, closed], [btc])).toMatchObject({ write: [], gone: [] });
  });

  test('a symbol that comes back trades again and is no new one', () => {
    expect(compareSymbolLists([{ symbol: 'ETH/USDT', status: 'closed' }], [eth])).toEqual({
      write: [eth],
      added: [],
      changed: [{ symbol: 'ETH/USDT', from: 'closed', to: 'trading' }],
      gone: [],
    });
  });

  test('whatever was stored, writing the changes leaves no symbol lost and the exchange right about its own', () => {
    const status = fc.constantFrom('trading' as const, 'cancel_only' as const, 'closed' as const);
    const list = fc.uniqueArray(fc.record({ symbol: fc.constantFrom(...'ABCDEFGH'), status }), {
      selector: (row) => row.symbol,
    });
    fc.assert(
      fc.property(list, list, (stored, read) => {
        const after = new Map(stored.map((row) => [row.symbol, row.status]));
        for (const row of compareSymbolLists(stored, read).write) after.set(row.symbol, row.status);

        for (const row of read) expect(after.get(row.symbol)).toBe(row.status);
        const listed = new Set(read.map((row) => row.symbol));
        for (const row of stored) if (!listed.has(row.symbol)) expect(after.get(row.symbol)).toBe('closed');
        const rows = [...after].map(([symbol, value]) => ({ symbol, status: value }));
        expect(compareSymbolLists(rows, read).write).toEqual([]);
      }),
    );
  });
});

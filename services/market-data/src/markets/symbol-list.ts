import type { MarketFacts } from '@sluice/exchange';

export type ListedSymbol = Pick<MarketFacts, 'symbol' | 'status'>;

export type SymbolListChanges = {
  /** Rows to store; nothing else differs from what is stored. */
  write: ListedSymbol[];
  added: string[];
  /** Symbols still listed whose status is another one now. */
  changed: { symbol: string; from: ListedSymbol['status']; to: ListedSymbol['status'] }[];
  /** Stored symbols the exchange no longer lists; they are in `write` as closed. */
  gone: string[];
};

/**
 * What the exchange's list changes about the stored one. A symbol that is no longer listed turns closed and is never
 * deleted: orders, fills and positions still refer to it.
 */
export function compareSymbolLists(stored: readonly ListedSymbol[], read: readonly ListedSymbol[]): SymbolListChanges {
  const known = new Map(stored.map(({ symbol, status }) => [symbol, status]));
  const listed = new Map(read.map(({ symbol, status }) => [symbol, status]));
  const changes: SymbolListChanges = { write: [], added: [], changed: [], gone: [] };

  for (const [symbol, status] of listed) {
    const before = known.get(symbol);
    if (before === status) continue;
    changes.write.push({ symbol, status });
    if (before === undefined) changes.added.push(symbol);
    else changes.changed.push({ symbol, from: before, to: status });
  }
  for (const [symbol, status] of known) {
    if (listed.has(symbol) || status === 'closed') continue;
    changes.write.push({ symbol, status: 'closed' });
    changes.gone.push(symbol);
  }
  return changes;
}

/** Symbols somebody has orders in that have stopped to take new ones. */
export function shutSymbols({ changed, gone }: SymbolListChanges, used: ReadonlySet<string>) {
  return [
    ...changed.filter(({ from, to }) => from === 'trading' && to !== 'trading'),
    ...gone.map((symbol) => ({ symbol, to: 'closed' as const })),
  ].filter(({ symbol }) => used.has(symbol));
}

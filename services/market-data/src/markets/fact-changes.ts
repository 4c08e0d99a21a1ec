import { isDeepStrictEqual } from 'node:util';
import { Decimal } from '@sluice/contracts';
import type { MarketFacts } from '@sluice/exchange';
import { changedFields, type FieldChange } from './field-changes.ts';

/** What is stored of a market besides its status and its precision. */
export type SymbolFacts = Omit<MarketFacts, 'status' | 'priceTick' | 'priceTicks' | 'amountStep' | 'marketAmountStep'>;

export type FactChanges = {
  write: SymbolFacts[];
  added: string[];
  changes: FieldChange[];
  /** Symbols without a usable contract size; left out, so they cannot be traded. */
  unusable: string[];
};

const comparedFields = {
  venueSymbol: 'plain',
  minAmount: 'decimal',
  maxAmount: 'decimal',
  marketMaxAmount: 'decimal',
  minNotional: 'decimal',
  contractSize: 'decimal',
  maxOpenOrders: 'plain',
  maxConditionalOrders: 'plain',
  conditionalScope: 'plain',
} as const satisfies { [field in Exclude<keyof SymbolFacts, 'symbol' | 'adapterMarket'>]: 'decimal' | 'plain' };

/**
 * What the exchange's market facts change about the stored ones. Symbols that are no longer listed keep theirs, since
 * their live orders are still tracked through them.
 */
export function compareFacts(stored: readonly SymbolFacts[], read: readonly SymbolFacts[]): FactChanges {
  const known = new Map(stored.map((row) => [row.symbol, row]));
  const listed = new Map(read.map((row) => [row.symbol, row]));
  const result: FactChanges = { write: [], added: [], changes: [], unusable: [] };

  for (const after of listed.values()) {
    if (!new Decimal(after.contractSize).greaterThan(0)) {
      result.unusable.push(after.symbol);
      continue;
    }
    const before = known.get(after.symbol);
    if (before === undefined) {
      result.added.push(after.symbol);
      result.write.push(after);
      continue;
    }
    const changes = changedFields(before, after, comparedFields);
    // A change in the adapter's own description alone is stored but not announced: it has no words a trader knows.
    if (changes.length === 0 && isDeepStrictEqual(before.adapterMarket, after.adapterMarket)) continue;
    result.changes.push(...changes);
    result.write.push(after);
  }
  return result;
}

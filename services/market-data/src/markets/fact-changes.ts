import { createHash } from 'node:crypto';
import { Decimal } from '@sluice/contracts';
import type { MarketFacts } from '@sluice/exchange';
import { changedFields, type FieldChange } from './field-changes.ts';

export type SymbolFacts = Pick<
  MarketFacts,
  | 'symbol'
  | 'venueSymbol'
  | 'minAmount'
  | 'maxAmount'
  | 'marketMaxAmount'
  | 'minNotional'
  | 'contractSize'
  | 'maxOpenOrders'
  | 'maxConditionalOrders'
  | 'conditionalScope'
>;

/** Facts as compared: the adapter's own description of the market (about 2 kB) is present as its fingerprint only. */
export type StoredFacts = SymbolFacts & { adapterFingerprint: string };
export type FactsToStore = StoredFacts & { adapterMarket: unknown };

export type FactChanges = {
  write: FactsToStore[];
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
} as const satisfies { [field in Exclude<keyof SymbolFacts, 'symbol'>]: 'decimal' | 'plain' };

/**
 * What the exchange's market facts change about the stored ones. Symbols that are no longer listed keep theirs, since
 * their live orders are still tracked through them.
 */
export function compareFacts(
  stored: readonly StoredFacts[],
  read: readonly (SymbolFacts & { adapterMarket: unknown })[],
): FactChanges {
  const known = new Map(stored.map((row) => [row.symbol, row]));
  const listed = new Map(read.map((row) => [row.symbol, row]));
  const result: FactChanges = { write: [], added: [], changes: [], unusable: [] };

  for (const market of listed.values()) {
    if (!new Decimal(market.contractSize).greaterThan(0)) {
      result.unusable.push(market.symbol);
      continue;
    }
    const before = known.get(market.symbol);
    const after = { ...market, adapterFingerprint: fingerprint(market.adapterMarket) };
    if (before === undefined) {
      result.added.push(market.symbol);
      result.write.push(after);
      continue;
    }
    const changes = changedFields<SymbolFacts, keyof typeof comparedFields>(before, after, comparedFields);
    // A change in the adapter's description alone is stored but not announced: it has no words a trader knows.
    if (changes.length === 0 && before.adapterFingerprint === after.adapterFingerprint) continue;
    result.changes.push(...changes);
    result.write.push(after);
  }
  return result;
}

export function fingerprint(adapterMarket: unknown): string {
  return createHash('sha256').update(JSON.stringify(adapterMarket)).digest('hex');
}

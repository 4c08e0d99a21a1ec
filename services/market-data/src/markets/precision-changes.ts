import { Decimal, type DecimalString } from '@sluice/contracts';
import type { MarketFacts } from '@sluice/exchange';
import { changedFields, type FieldChange } from './field-changes.ts';

export type SymbolPrecision = Pick<
  MarketFacts,
  'symbol' | 'priceTick' | 'priceTicks' | 'amountStep' | 'marketAmountStep'
>;

export type PrecisionChanges = {
  write: SymbolPrecision[];
  added: string[];
  changes: FieldChange[];
  /** Symbols with a tick or step that nothing can be rounded to; they are left out, so they cannot be traded. */
  unusable: string[];
};

/** What the exchange's precision changes about the stored one. Symbols that are no longer listed keep theirs. */
export function comparePrecision(
  stored: readonly SymbolPrecision[],
  read: readonly SymbolPrecision[],
): PrecisionChanges {
  const known = new Map(stored.map((row) => [row.symbol, row]));
  const result: PrecisionChanges = { write: [], added: [], changes: [], unusable: [] };

  for (const { symbol, priceTick, priceTicks, amountStep, marketAmountStep } of bySymbol(read)) {
    const after = { symbol, priceTick, priceTicks, amountStep, marketAmountStep };
    const steps = [
      priceTick,
      amountStep,
      marketAmountStep ?? amountStep,
      ...(priceTicks ?? []).map(({ tick }) => tick),
    ];
    if (!steps.every(isStep)) {
      result.unusable.push(symbol);
      continue;
    }
    const before = known.get(symbol);
    if (before === undefined) {
      result.added.push(symbol);
      result.write.push(after);
      continue;
    }
    const changes = changedFields(before, after, {
      priceTick: 'decimal',
      priceTicks: 'ladder',
      amountStep: 'decimal',
      marketAmountStep: 'decimal',
    });
    if (changes.length === 0) continue;
    result.changes.push(...changes);
    result.write.push(after);
  }
  return result;
}

/** One row per symbol, the last one given: a repeated key would make the bulk upsert fail as a whole. */
function bySymbol<Row extends { symbol: string }>(rows: readonly Row[]): Iterable<Row> {
  return new Map(rows.map((row) => [row.symbol, row])).values();
}

/** Markets in preparation are listed with a step of zero. */
function isStep(text: DecimalString): boolean {
  return new Decimal(text).greaterThan(0);
}

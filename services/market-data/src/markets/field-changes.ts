import { isDeepStrictEqual } from 'node:util';
import { Decimal } from '@sluice/contracts';
import type { PriceTickStep } from '@sluice/exchange';

export type FieldValue = string | number | readonly PriceTickStep[] | null;
export type FieldChange = { symbol: string; field: string; from: FieldValue; to: FieldValue };

/**
 * The fields of one symbol that differ. Decimals are compared as numbers: the exchange writes `0.10`, the database
 * answers `0.1`, and that is no change.
 */
export function changedFields<Row extends { symbol: string }, Field extends string & keyof Row>(
  before: Row,
  after: Row,
  fields: { readonly [name in Field]: 'decimal' | 'plain' | 'ladder' },
): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const field of Object.keys(fields) as Field[]) {
    const from = before[field] as FieldValue;
    const to = after[field] as FieldValue;
    const same = sameIn[fields[field]](from, to);
    if (!same) changes.push({ symbol: after.symbol, field, from, to });
  }
  return changes;
}

const sameIn = {
  decimal: sameDecimal,
  plain: (a: FieldValue, b: FieldValue) => a === b,
  ladder: (a: FieldValue, b: FieldValue) => isDeepStrictEqual(a, b),
};

function sameDecimal(a: FieldValue, b: FieldValue): boolean {
  if (a === null || b === null || typeof a === 'object' || typeof b === 'object') return a === b;
  return new Decimal(a).equals(b);
}

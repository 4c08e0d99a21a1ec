import { Decimal } from '@sluice/contracts';

export type FieldValue = string | number | null;
export type FieldChange = { symbol: string; field: string; from: FieldValue; to: FieldValue };

/**
 * The fields of one symbol that differ. Decimals are compared as numbers: the exchange writes `0.10`, the database
 * answers `0.1`, and that is no change.
 */
export function changedFields<Row extends { symbol: string }, Field extends string & keyof Row>(
  before: Row,
  after: Row,
  fields: { readonly [name in Field]: 'decimal' | 'plain' },
): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const field of Object.keys(fields) as Field[]) {
    const from = before[field] as FieldValue;
    const to = after[field] as FieldValue;
    const same = fields[field] === 'decimal' ? sameDecimal(from, to) : from === to;
    if (!same) changes.push({ symbol: after.symbol, field, from, to });
  }
  return changes;
}

function sameDecimal(a: FieldValue, b: FieldValue): boolean {
  if (a === null || b === null) return a === b;
  return new Decimal(a).equals(b);
}

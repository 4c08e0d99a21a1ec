import { Decimal, type DecimalString } from '@sluice/contracts';
import { z } from 'zod';

// Fields as exchanges write them, read strictly: `new Decimal` throws on anything else, and reading an answer must not.

export const id = z.union([z.string().min(1), z.number()]).transform(String);
/** Zero or more. */
export const amount = z.union([z.string().regex(/^\d+(\.\d+)?$/), z.number().nonnegative()]).transform(String);
export const signedAmount = z.string().regex(/^-?\d+(\.\d+)?$/);
export const instant = z.union([z.number(), z.string()]).transform(Number);
export const flag = z.union([z.boolean(), z.string()]).transform((value) => value === true || value === 'true');

export function plain(value: string): DecimalString {
  return new Decimal(value).toFixed();
}

export function plainOrNull(value: string | null | undefined): DecimalString | null {
  return value == null ? null : plain(value);
}

/** Exchanges write "none" as zero in prices. */
export function positiveOrNull(value: string | null | undefined): DecimalString | null {
  const text = plainOrNull(value);
  return text === null || text === '0' ? null : text;
}

export function instantOrNull(value: number | null | undefined): number | null {
  return value == null || value <= 0 ? null : value;
}

import { InvalidArgumentError } from 'commander';
import type { Output } from '../context.ts';
import { type Column, tableLines } from './table.ts';

export const formats = ['table', 'wide', 'json'] as const;
export type Format = (typeof formats)[number];

/** Writes a list as it was asked for. `answer` is what JSON shows: the gateway's own words. */
export function showList<T>(
  { out, err }: Output,
  format: Format,
  list: { columns: readonly Column<T>[]; rows: readonly T[]; answer: unknown; none: string; more?: boolean },
): void {
  if (format === 'json') {
    out(JSON.stringify(list.answer, null, 2));
    return;
  }
  if (list.rows.length === 0) err(list.none);
  else for (const line of tableLines(list.columns, list.rows, format === 'wide')) out(line);
  if (list.more) err(`There are more than these ${list.rows.length}: ask with a higher --limit.`);
}

/** A whole number above zero, of an option or argument. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It should be a whole number above zero.');
  return Number(text);
}

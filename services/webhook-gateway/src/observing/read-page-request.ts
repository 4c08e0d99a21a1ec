import type { FieldError } from '../intake/body-value.ts';

export type Query = (name: string) => string | undefined;
/** `after` is the cursor as it was given; empty for the first page. */
export type PageRequest = { limit: number; after: string };

const defaultLimit = 50;
export const largestLimit = 500;

/** How much of a list is asked for and from where on; what is wrong with it is added to `errors`. */
export function readPageRequest(query: Query, errors: FieldError[]): PageRequest {
  const given = query('limit') || String(defaultLimit);
  const limit = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > largestLimit) {
    errors.push({
      path: 'limit',
      message: `is "${given.slice(0, 40)}": should be a whole number from 1 to ${largestLimit}`,
    });
  }
  return { limit, after: query('cursor') ?? '' };
}

/** A cursor that is an id; null for the first page. */
export function readIdCursor(after: string, errors: FieldError[]): number | null {
  if (after === '') return null;
  if (/^[1-9]\d{0,15}$/.test(after)) return Number(after);
  errors.push({ path: 'cursor', message: `is "${after.slice(0, 40)}": should be "next" of the page before` });
  return null;
}

/** A page of what was read, which may be one more than was asked for, and the cursor of the next one or null. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (row: T) => string,
): { page: T[]; next: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}

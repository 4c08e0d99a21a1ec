import type { PerformanceFilter } from '../db/read-performance.ts';
import type { PositionFilter } from '../db/read-positions.ts';
import type { FieldError } from '../intake/body-value.ts';
import { listOf, readSymbol } from './read-orders-request.ts';
import { type Query, readPageRequest } from './read-page-request.ts';

type Request<Filter> = { ok: true; filter: Filter; limit: number } | { ok: false; errors: FieldError[] };

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** What a list of positions is asked for, before names are compared with those there are. */
export function readPositionsRequest(query: Query): Request<PositionFilter> {
  const errors: FieldError[] = [];
  const { limit, after } = readPageRequest(query, errors);
  const symbol = readSymbol(query('symbol'), errors);
  const cursor = readTextCursor(after, 3, errors) as PositionFilter['after'];
  if (errors.length > 0) return { ok: false, errors };
  const filter = { strategies: listOf(query('strategy')), accounts: listOf(query('account')), symbol, after: cursor };
  return { ok: true, filter, limit };
}

/** What results of days are asked for. */
export function readPerformanceRequest(query: Query): Request<PerformanceFilter> {
  const errors: FieldError[] = [];
  const { limit, after } = readPageRequest(query, errors);
  const [from, to] = [readDay('from', query, errors), readDay('to', query, errors)];
  const cursor = readTextCursor(after, 2, errors) as PerformanceFilter['after'];
  if (cursor !== null && !isDay(cursor[0])) errors.push(badCursor(after));
  if (errors.length > 0) return { ok: false, errors };
  const filter = { strategies: listOf(query('strategy')), accounts: listOf(query('account')), from, to, after: cursor };
  return { ok: true, filter, limit };
}

/** The place after a row that has no id: the texts it is ordered by, in one word. */
export function textCursor(...parts: string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function readTextCursor(text: string, parts: number, errors: FieldError[]): string[] | null {
  if (text === '') return null;
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(read) && read.length === parts && read.every((part) => isPlainText(part))) return read;
  } catch {
    // Said below like any other cursor that is none.
  }
  errors.push(badCursor(text));
  return null;
}

/** Postgres takes no NUL in a text. */
function isPlainText(part: unknown): part is string {
  return typeof part === 'string' && !part.includes('\0');
}

function badCursor(text: string): FieldError {
  return { path: 'cursor', message: `is "${text.slice(0, 40)}": should be "next" of the page before` };
}

function readDay(path: 'from' | 'to', query: Query, errors: FieldError[]): string | null {
  const given = query(path) ?? '';
  if (given === '') return null;
  if (isDay(given)) return given;
  errors.push({ path, message: `is "${given.slice(0, 40)}": should be a day, e.g. 2025-10-23` });
  return null;
}

function isDay(text: string): boolean {
  if (!dayPattern.test(text)) return false;
  const read = new Date(`${text}T00:00:00Z`);
  // 30 February would become 2 March.
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(text);
}

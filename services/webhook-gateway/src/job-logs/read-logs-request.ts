import { type LogLevel, type LogsQuestion, logLevels, longestSearch, longestWindowMs } from '@sluice/log-query';
import type { FieldError } from '../intake/body-value.ts';
import type { WallClock } from './wall-clock.ts';

export type LogsRequest = { ok: true; question: Omit<LogsQuestion, 'tag'> } | { ok: false; errors: FieldError[] };

const defaultLimit = 100;
const largestLimit = 5_000;
const defaultWindowMs = 24 * 3_600_000;
/** Instants outside are slips of the pen, and Loki's nanoseconds end in 2262. */
const earliest = Date.UTC(2000, 0);
const latest = Date.UTC(2200, 0);

/** The parameters of a request for logs, or every one that is wrong with what it should be. */
export function readLogsRequest(
  query: (name: string) => string | undefined,
  clock: WallClock,
  now: number,
): LogsRequest {
  const errors: FieldError[] = [];
  /** An empty parameter is one that was not given. */
  const read = <T>(name: string, otherwise: T, parse: (text: string) => T | null, wanted: string): T => {
    const text = query(name);
    if (text === undefined || text === '') return otherwise;
    const value = parse(text);
    if (value !== null) return value;
    errors.push({ path: name, message: `is "${text.slice(0, 40)}": ${wanted}` });
    return otherwise;
  };
  const readMoment = (text: string): number | null => {
    const at = clock.read(text, now);
    return at === null || at < earliest || at >= latest ? null : at;
  };

  const limit = read('limit', defaultLimit, readLimit, `should be a whole number from 1 to ${largestLimit}`);
  const until = read('until', now, readMoment, momentWanted);
  const since = read('since', until - defaultWindowMs, readMoment, momentWanted);
  const levels = read('level', [], readLevels, `should be one or more of ${logLevels.join(', ')}, parted by commas`);
  const search = read('search', null, readSearch, `should be text of at most ${longestSearch} characters`);
  const untagged = read('untagged', false, readFlag, 'should be 1 or 0');
  if (errors.length === 0 && since >= until) errors.push({ path: 'since', message: 'should be before until' });
  if (errors.length === 0 && until - since > longestWindowMs) {
    errors.push({ path: 'since', message: `should be at most ${longestWindowMs / 86_400_000} days before until` });
  }
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, question: { limit, since, until, levels, search, untagged } };
}

const momentWanted =
  'should be 2025-10-23 14:08:29 in the time of the installation, 2025-10-23T05:08:29Z, or 15m, 24h, 7d for so long ago';

function readLimit(text: string): number | null {
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= largestLimit ? limit : null;
}

function readLevels(text: string): LogLevel[] | null {
  const levels = new Set<LogLevel>();
  for (const part of text.split(',')) {
    const name = part.trim().toUpperCase();
    const level = logLevels.find((known) => known === (name === 'WARN' ? 'WARNING' : name));
    if (level === undefined) return null;
    levels.add(level);
  }
  return [...levels];
}

/** Half of a character that takes two is no text, and Loki cannot be asked for it. */
function readSearch(text: string): string | null {
  return text.length <= longestSearch && text.isWellFormed() ? text : null;
}

function readFlag(text: string): boolean | null {
  if (text === '1' || text === 'true') return true;
  return text === '0' || text === 'false' ? false : null;
}

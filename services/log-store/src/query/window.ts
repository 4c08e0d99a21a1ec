import { QueryError } from './query-error.ts';

/** Instants in nanoseconds since the epoch. */
export type Window = { start: bigint; end: bigint };

/** Both ends have to be given, in nanoseconds: Loki's other forms (seconds, RFC 3339, none at all) are not used here. */
export function readWindow(start: string | undefined, end: string | undefined): Window {
  const window = { start: readInstant('start', start), end: readInstant('end', end) };
  if (window.end < window.start) throw new QueryError('end timestamp must not be before start time');
  return window;
}

function readInstant(name: string, text: string | undefined): bigint {
  if (text === undefined || !/^\d{16,20}$/.test(text)) {
    throw new QueryError(`${name} has to be nanoseconds since the epoch, not "${text ?? ''}"`);
  }
  return BigInt(text);
}

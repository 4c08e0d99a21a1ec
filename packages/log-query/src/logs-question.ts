import { type LogLevel, severityPattern } from './log-line.ts';

/** Which lines are wanted. Instants are milliseconds since the epoch; `since` is inside the window, `until` is not. */
export type LogsQuestion = {
  /** Only lines of this job… */
  tag: string;
  /** …and, when true, those that belong to no job. */
  untagged: boolean;
  since: number;
  until: number;
  /** Lines of these levels; of all when empty. */
  levels: readonly LogLevel[];
  /** Text the message has to contain, in any case of letters; null for every message. */
  search: string | null;
  /** At most so many lines, the newest. */
  limit: number;
};

/** Beyond it Loki refuses a query (`max_query_length`, 30 days and an hour by default). */
export const longestWindowMs = 30 * 24 * 3_600_000;
/** Longer ones are a mistake: it is a text to look for, not the line itself. */
export const longestSearch = 500;

/** LogQL for every line of a deployment. */
export function allLines(namespace: string): string {
  return `{service_namespace=${quoted(namespace)}}`;
}

/** LogQL for the lines a question is about. */
export function matchingLines(namespace: string, { tag, untagged, levels, search }: LogsQuestion): string {
  // A label that is not there compares as empty, so the empty alternative is the line without a tag.
  const ofTag = untagged ? `job_tag=~${quoted(`${literal(tag)}|`)}` : `job_tag=${quoted(tag)}`;
  let query = `{service_namespace=${quoted(namespace)}, ${ofTag}}`;
  if (levels.length > 0) {
    query += ` | severity_number=~${quoted(levels.map((level) => severityPattern[level]).join('|'))}`;
  }
  if (search !== null) query += ` |~ ${quoted(`(?i)${literal(search)}`)}`;
  return query;
}

/**
 * LogQL for how many there are between two instants, to be evaluated at `until`. Loki counts a range without its
 * beginning and with its end, and selects lines the other way round; the nanosecond makes both the same window.
 */
export function countOf(lines: string, since: number, until: number): string {
  return `sum(count_over_time(${lines} [${until - since}ms] offset 1ns))`;
}

/** A LogQL string of exactly this text: whatever is not plain ASCII is written as an escape, so nothing can end it. */
function quoted(text: string): string {
  let inside = '';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === '"' || character === '\\') inside += `\\${character}`;
    else if (code >= 0x20 && code < 0x7f) inside += character;
    else if (code <= 0xffff) inside += `\\u${code.toString(16).padStart(4, '0')}`;
    else inside += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `"${inside}"`;
}

/** A regular expression that matches this text and nothing else. */
function literal(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

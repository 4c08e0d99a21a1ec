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

/** LogQL for every line of a deployment; without a namespace, for every line there is. */
export function allLines(namespace: string | null): string {
  return `{${ofDeployment(namespace)}}`;
}

/** LogQL for the lines a question is about. */
export function matchingLines(namespace: string | null, { tag, untagged, levels, search }: LogsQuestion): string {
  // A label that is not there compares as empty, so the empty alternative is the line without a tag.
  const ofTag = untagged ? `job_tag=~${quoted(`${literal(tag)}|`)}` : `job_tag=${quoted(tag)}`;
  let query = `{${ofDeployment(namespace)}, ${ofTag}}`;
  if (levels.length > 0) {
    query += ` | severity_number=~${quoted(levels.map((level) => severityPattern[level]).join('|'))}`;
  }
  if (search !== null) query += ` |~ ${quoted(`(?i)${literal(search)}`)}`;
  return query;
}

/** LogQL for how many of these lines there are in a range, to be evaluated at its end. */
export function countOf(lines: string, { since, until }: Pick<LogsQuestion, 'since' | 'until'>): string {
  return `sum(count_over_time(${lines} [${until - since}ms]))`;
}

/**
 * The instants, in nanoseconds, before and at the end of a window. Loki evaluates a count at whole milliseconds, with the
 * end of its range and without the beginning, and gives lines the other way round; both are asked for this window, which
 * for times in whole milliseconds has `since` inside and `until` not.
 */
export function windowNs({ since, until }: Pick<LogsQuestion, 'since' | 'until'>): { after: bigint; upTo: bigint } {
  return { after: BigInt(since - 1) * 1_000_000n, upTo: BigInt(until - 1) * 1_000_000n };
}

function ofDeployment(namespace: string | null): string {
  // Loki wants one label that cannot be empty, and every service has a name.
  return namespace === null ? 'service_name=~".+"' : `service_namespace=${quoted(namespace)}`;
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

import type { LogStore, StoredRecord } from '../store/log-store.ts';
import type { CountQuery, LinesQuery } from './parse-query.ts';
import type { Window } from './window.ts';

/** The newest records that match, newest first; the window's end is not part of it. */
export function selectLines(store: LogStore, query: LinesQuery, { start, end }: Window, limit: number): StoredRecord[] {
  const found: StoredRecord[] = [];
  for (const record of store.records()) {
    if (record.timestampNs >= start && record.timestampNs < end && matches(query, record)) found.push(record);
  }
  // Records come nearly in order; the sort is stable, so those of one instant keep theirs.
  found.reverse().sort((a, b) => (a.timestampNs < b.timestampNs ? 1 : a.timestampNs > b.timestampNs ? -1 : 0));
  return found.slice(0, limit);
}

/** How many records match in the range that ends at `end`, its end included and its beginning not, as Loki counts. */
export function countLines(store: LogStore, { lines, rangeNs }: CountQuery, end: bigint): number {
  let count = 0;
  for (const record of store.records()) {
    if (record.timestampNs > end - rangeNs && record.timestampNs <= end && matches(lines, record)) count += 1;
  }
  return count;
}

function matches({ matchers, filters, lineFilters }: LinesQuery, { labels, metadata, line }: StoredRecord): boolean {
  return (
    matchers.every(({ label, test }) => test(fieldOf(labels, label))) &&
    filters.every(({ label, test }) => test(fieldOf(labels, label) || fieldOf(metadata, label))) &&
    lineFilters.every((test) => test(line))
  );
}

function fieldOf(fields: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(fields, name) ? fields[name]! : '';
}

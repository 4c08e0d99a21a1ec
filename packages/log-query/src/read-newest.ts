import type { LogLine } from './log-line.ts';
import { type LogsQuestion, windowNs } from './logs-question.ts';
import type { LokiConnection } from './loki-connection.ts';

/** Loki moves a page between its parts in messages of 4 MB at most; a line with a stack takes some 4 KB. */
export const pageSize = 1_000;
/** What Loki gives at most (`max_entries_limit_per_query`), for an instant that does not fit a page. */
const largestPage = 5_000;

/** The newest lines of the window, in no order, in pages from its end. */
export async function readNewest(
  loki: Pick<LokiConnection, 'page'>,
  query: string,
  question: Pick<LogsQuestion, 'since' | 'until' | 'limit'>,
): Promise<LogLine[]> {
  const found: LogLine[] = [];
  const { limit } = question;
  const { after, upTo } = windowNs(question);
  const startNs = after + 1n;
  let endNs = upTo + 1n;
  let size = Math.min(limit, pageSize);
  while (found.length < limit && startNs < endNs) {
    const page = await loki.page(query, { startNs, endNs, limit: size });
    if (page.length < size || found.length + page.length >= limit) return newest([...found, ...page], limit);
    const oldest = page.sort(newestFirst).at(-1)!.timestampNs;
    // A page may end among lines of one instant. They are left to the next page, which then has all of them.
    const whole = page.filter((line) => line.timestampNs > oldest);
    if (whole.length === 0) {
      if (size < largestPage) {
        size = largestPage;
        continue;
      }
      // More lines of one nanosecond than can be asked for: what is shown of them is enough.
      found.push(...page);
      endNs = oldest;
    } else {
      found.push(...whole);
      endNs = oldest + 1n;
    }
    size = pageSize;
  }
  return newest(found, limit);
}

function newest(lines: LogLine[], limit: number): LogLine[] {
  return lines.length <= limit ? lines : lines.sort(newestFirst).slice(0, limit);
}

function newestFirst(a: LogLine, b: LogLine): number {
  if (a.timestampNs === b.timestampNs) return 0;
  return a.timestampNs < b.timestampNs ? 1 : -1;
}

import { type LogLine, readLogLine } from './log-line.ts';

type Loki = import('@myunisoft/loki').GrafanaApi['Loki'];
export type Page = { startNs: bigint; endNs: bigint; limit: number };

export type LokiConnection = {
  /** The newest lines of the window that match; `endNs` is not part of it. */
  page(query: string, page: Page): Promise<LogLine[]>;
  /** The value of a metric query that sums everything up, at an instant of whole milliseconds. */
  count(query: string, atNs: bigint): Promise<number>;
  /** The result of `work`, or why Loki did not give it. */
  untilDeadline<T>(work: () => Promise<T>): Promise<{ ok: true; value: T } | { ok: false; reason: string }>;
};

/** A Loki at `url`, whose answers are waited for `withinMs`. Opens nothing before the first query. */
export function connectLoki(url: string, withinMs: number): LokiConnection {
  let opened: Promise<Loki> | undefined;
  const loki = (): Promise<Loki> => {
    opened ??= open(url);
    return opened;
  };
  return {
    async page(query, { startNs, endNs, limit }) {
      const options = { start: String(startNs), end: String(endNs), limit };
      const { streams } = await (await loki()).queryRangeStream(query, options);
      return streams.flatMap(({ labels, values }) =>
        values.map(([timestamp, message]) => readLogLine(labels, String(timestamp), message)),
      );
    },
    async count(query, atNs) {
      // Loki moves the ends of a metric query to multiples of its step, which is a second when none is given.
      const options = { start: String(atNs), end: String(atNs), step: '1ms' };
      const { metrics } = await (await loki()).queryRangeMatrix(query, options);
      return Number(metrics[0]?.values.at(-1)?.[1] ?? 0);
    },
    async untilDeadline(work) {
      const running = work().then(
        (value) => ({ ok: true as const, value }),
        (error: unknown) => ({ ok: false as const, reason: reasonOf(error) }),
      );
      const late = Promise.withResolvers<{ ok: false; reason: string }>();
      const timer = setTimeout(
        () => late.resolve({ ok: false, reason: `Loki did not answer within ${withinMs / 1_000} s` }),
        withinMs,
      );
      try {
        return await Promise.race([running, late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** The client is loaded when it is needed: it takes 0.1 s and some 20 MB, and most gateways are never asked for logs. */
async function open(url: string): Promise<Loki> {
  const { GrafanaApi } = await import('@myunisoft/loki');
  // Without the slash the last part of a path would be replaced by Loki's own.
  return new GrafanaApi({ remoteApiURL: url.endsWith('/') ? url : `${url}/` }).Loki;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `Loki could not be asked: ${String(error)}`;
  const { statusCode, data, code } = error as { statusCode?: unknown; data?: unknown; code?: unknown };
  // Loki's errors are plain text; what stands before it may answer with a page.
  if (typeof statusCode === 'number') return `Loki answered ${statusCode}: ${excerpt(data)}`;
  // Of an address with several numbers each is tried, and the error of them all has a code and no text.
  return `Loki could not be reached: ${error.message || String(code)}`;
}

function excerpt(data: unknown): string {
  const text = (typeof data === 'string' ? data : (JSON.stringify(data) ?? '')).trim();
  return text === '' ? 'without a text' : text.slice(0, 300);
}

import { compareLogLines, type LogLine } from './log-line.ts';
import { allLines, countOf, type LogsQuestion, matchingLines, windowNs } from './logs-question.ts';
import { connectLoki, type LokiConnection } from './loki-connection.ts';
import { readNewest } from './read-newest.ts';

export type LogsAnswer =
  | {
      kind: 'found';
      /** The newest that match, oldest first. */
      lines: LogLine[];
      /** Every line of the deployment in the window. */
      total: number;
      /** Those of them that match. */
      matching: number;
    }
  /** Loki gave no answer, or not one that can be used; `reason` says it in a sentence. */
  | { kind: 'away'; reason: string };

export type LokiLogs = {
  /** Never rejects for what Loki does or does not do. */
  read(question: LogsQuestion): Promise<LogsAnswer>;
};

export type LokiLogsOptions = {
  /** Loki's address, http://loki:3100; a path before its own is kept. */
  url: string;
  /** `service.namespace` of the deployment whose lines are meant; null where its services name none. */
  namespace: string | null;
  /** For all queries of an answer together; 10 s unless told. */
  withinMs?: number;
};

/** The logs of a deployment, read from Loki. */
export function createLokiLogs({ url, namespace, withinMs = 10_000 }: LokiLogsOptions): LokiLogs {
  const loki = connectLoki(url, withinMs);
  return {
    async read(question) {
      const answer = await loki.untilDeadline(() => readAnswer(loki, namespace, question));
      return answer.ok ? { kind: 'found', ...answer.value } : { kind: 'away', reason: answer.reason };
    },
  };
}

async function readAnswer(loki: LokiConnection, namespace: string | null, question: LogsQuestion) {
  const { upTo } = windowNs(question);
  const wanted = matchingLines(namespace, question);
  const [lines, inAll] = await Promise.all([
    readNewest(loki, wanted, question),
    loki.count(countOf(allLines(namespace), question), upTo),
  ]);
  // Fewer than asked for are all there are. Lines may arrive between the queries; no count is below what is shown.
  const counted = lines.length < question.limit ? 0 : await loki.count(countOf(wanted, question), upTo);
  const matching = Math.max(counted, lines.length);
  return { lines: lines.sort(compareLogLines), total: Math.max(inAll, matching), matching };
}

import type { LogLine, LogsAnswer } from '@sluice/log-query';
import type { WallClock } from './wall-clock.ts';

export type JobLogsAnswer = {
  success: true;
  logs: {
    timestamp: string;
    level: string;
    tag: string | null;
    message: string;
    file: string | null;
    line: number | null;
  }[];
  total: number;
  filtered: number;
  job_id: string;
};

/** What is answered for the lines found, in the shape clients of the admin page know. */
export function composeLogsAnswer(
  jobId: string,
  { lines, total, matching }: Extract<LogsAnswer, { kind: 'found' }>,
  clock: WallClock,
): JobLogsAnswer {
  const logs = lines.map(({ timestampNs, level, tag, message, file, line }: LogLine) => ({
    timestamp: clock.show(Number(timestampNs / 1_000_000n)),
    level,
    tag,
    message,
    // The name alone, as it has always been shown.
    file: file === null ? null : file.slice(file.lastIndexOf('/') + 1),
    line,
  }));
  return { success: true, logs, total, filtered: matching, job_id: jobId };
}

export const logLevels = ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One log record as it is stored. */
export type LogLine = {
  /** Nanoseconds since the epoch: a number would round them to the nearest 256. */
  timestampNs: bigint;
  level: LogLevel;
  /** The tag of the job it belongs to, or null outside a job. */
  tag: string | null;
  message: string;
  /** The path of the file that wrote it and the line in it, where they were recorded. */
  file: string | null;
  line: number | null;
  service: string;
};

/** By OpenTelemetry's severity number: four numbers a level from TRACE (1) to FATAL (24), and 0 for none. */
export function levelOf(severityNumber: number): LogLevel {
  if (severityNumber >= 17) return 'ERROR';
  if (severityNumber >= 13) return 'WARNING';
  if (severityNumber >= 1 && severityNumber < 9) return 'DEBUG';
  return 'INFO';
}

/** The severity numbers of a level, as a pattern; the empty one is a record without any, which counts as INFO. */
export const severityPattern: Record<LogLevel, string> = {
  DEBUG: '[1-8]',
  INFO: '9|1[0-2]|',
  WARNING: '1[3-6]',
  ERROR: '1[7-9]|2[0-4]',
};

/** A record from the labels and metadata Loki gives with it. */
export function readLogLine(labels: Readonly<Record<string, string>>, timestamp: string, message: string): LogLine {
  const line = Number(labels.code_line_number);
  return {
    timestampNs: BigInt(timestamp),
    level: levelOf(Number(labels.severity_number ?? 0)),
    tag: labels.job_tag || null,
    message,
    file: labels.code_file_path || null,
    line: Number.isInteger(line) ? line : null,
    service: labels.service_name ?? '',
  };
}

/** Oldest first. What carries the same instant is put into an order that does not depend on who stored it. */
export function compareLogLines(a: LogLine, b: LogLine): number {
  if (a.timestampNs !== b.timestampNs) return a.timestampNs < b.timestampNs ? -1 : 1;
  return (
    compareText(a.service, b.service) ||
    compareText(a.file ?? '', b.file ?? '') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    compareText(a.message, b.message)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

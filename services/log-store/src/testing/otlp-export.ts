import { gzipSync } from 'node:zlib';

/** A record as a test writes it; everything but the text has a default. */
export type TestRecord = {
  message: string;
  timeNs?: bigint;
  tag?: string;
  severityNumber?: number;
  file?: string;
  line?: number;
  namespace?: string;
  service?: string;
};

/** An OTLP export request of these records in JSON, each under its own resource. */
export function otlpJson(records: readonly TestRecord[]): string {
  return JSON.stringify({
    resourceLogs: records.map((record) => ({
      resource: {
        attributes: [
          text('service.namespace', record.namespace ?? 'sluice'),
          text('service.name', record.service ?? 'order-queue'),
          text('service.instance.id', 'replica-1'),
        ],
      },
      scopeLogs: [{ scope: { name: 'module' }, logRecords: [logRecord(record)] }],
    })),
  });
}

function logRecord({ message, timeNs = 1_700_000_000_000_000_000n, tag, severityNumber = 9, file, line }: TestRecord) {
  return {
    timeUnixNano: String(timeNs),
    observedTimeUnixNano: String(timeNs + 1n),
    severityNumber,
    severityText: ['', 'DEBUG', 'INFO', 'WARNING', 'ERROR'][Math.ceil(severityNumber / 4) - 1] ?? '',
    body: { stringValue: message },
    attributes: [
      ...(tag === undefined ? [] : [text('job.tag', tag)]),
      ...(file === undefined ? [] : [text('code.file.path', file)]),
      ...(line === undefined ? [] : [{ key: 'code.line.number', value: { intValue: String(line) } }]),
    ],
  };
}

function text(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}

/** Sends them to an OTLP address and gives its answer. */
export async function exportTo(url: string, records: readonly TestRecord[], { gzip = false } = {}): Promise<Response> {
  const json = otlpJson(records);
  return await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(gzip ? { 'Content-Encoding': 'gzip' } : {}) },
    body: gzip ? gzipSync(json) : json,
  });
}

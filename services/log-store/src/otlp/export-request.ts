/** An OTLP export request, whichever encoding it came in. */
export type ExportRequest = { resourceLogs: ResourceLogs[] };
export type ResourceLogs = { resource: KeyValue[]; scopeLogs: ScopeLogs[] };
export type ScopeLogs = { name: string; version: string; logRecords: LogRecord[] };
export type LogRecord = {
  timeNs: bigint;
  observedNs: bigint;
  severityNumber: number;
  severityText: string;
  body: Value;
  attributes: KeyValue[];
  /** Lower-case hex; empty outside a trace. */
  traceId: string;
  spanId: string;
};
export type KeyValue = { key: string; value: Value };
export type Value = string | number | bigint | boolean | null | Uint8Array | Value[] | { fields: KeyValue[] };

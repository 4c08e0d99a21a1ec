import type { StoredRecord } from '../store/log-store.ts';
import type { ExportRequest, KeyValue, LogRecord, Value } from './export-request.ts';

/** What otel/loki/loki.yaml makes labels of streams, beside the level; everything else is metadata of the record. */
export const indexLabels = {
  resource: ['service.namespace', 'service.name', 'deployment.environment.name'],
  log: ['job.tag'],
};

type Fields = Record<string, string>;

/** The records of a request as Loki would keep them, in their order. */
export function toRecords({ resourceLogs }: ExportRequest): StoredRecord[] {
  const records: StoredRecord[] = [];
  for (const { resource, scopeLogs } of resourceLogs) {
    const ofResource = divide(resource, indexLabels.resource);
    for (const { name, version, logRecords } of scopeLogs) {
      const shared = { ...ofResource.metadata, ...present({ scope_name: name, scope_version: version }) };
      for (const record of logRecords) records.push(toRecord(record, ofResource.labels, shared));
    }
  }
  return records;
}

function toRecord(record: LogRecord, labels: Fields, shared: Fields): StoredRecord {
  const own = divide(record.attributes, indexLabels.log);
  const { timeNs, observedNs, severityNumber, severityText, traceId, spanId } = record;
  const hasBoth = timeNs !== 0n && observedNs !== 0n;
  return {
    timestampNs: timeNs || observedNs || BigInt(Date.now()) * 1_000_000n,
    line: asText(record.body),
    labels: { ...labels, ...own.labels, ...present({ severity_text: severityText }) },
    metadata: {
      ...own.metadata,
      ...present({
        observed_timestamp: hasBoth ? String(observedNs) : '',
        severity_number: severityNumber === 0 ? '' : String(severityNumber),
        severity_text: severityText,
        trace_id: traceId,
        span_id: spanId,
      }),
      ...shared,
    },
  };
}

function divide(attributes: readonly KeyValue[], indexed: readonly string[]): { labels: Fields; metadata: Fields } {
  const labels: Fields = {};
  const metadata: Fields = {};
  for (const { key, value } of attributes) flatten(key, value, indexed.includes(key) ? labels : metadata);
  return { labels: present(labels), metadata: present(metadata) };
}

/** A map becomes one label for each of its entries. */
function flatten(key: string, value: Value, into: Fields): void {
  if (isMap(value)) for (const { key: inner, value: field } of value.fields) flatten(`${key}_${inner}`, field, into);
  else into[labelName(key)] = asText(value);
}

/** As Prometheus wants it: `job.tag` is `job_tag`, and no name begins with a digit. */
function labelName(key: string): string {
  const name = key.replace(/[^a-zA-Z0-9]+/g, '_');
  return /^\d/.test(name) ? `key_${name}` : name;
}

function asText(value: Value): string {
  if (value === null) return '';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'object' ? JSON.stringify(asJson(value)) : String(value);
}

function asJson(value: Value): unknown {
  if (Array.isArray(value)) return value.map(asJson);
  if (isMap(value)) return Object.fromEntries(value.fields.map(({ key, value: field }) => [key, asJson(field)]));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'bigint' ? Number(value) : value;
}

function isMap(value: Value): value is { fields: KeyValue[] } {
  return typeof value === 'object' && value !== null && 'fields' in value;
}

/** Without the empty ones: an empty label and none are the same. */
function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

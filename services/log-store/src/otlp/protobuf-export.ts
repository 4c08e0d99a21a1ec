import { PbfReader } from 'pbf';
import type { ExportRequest, KeyValue, LogRecord, ResourceLogs, ScopeLogs, Value } from './export-request.ts';

// The numbers are those of the fields in OTLP's opentelemetry/proto/{collector/logs,logs,resource,common}/v1.

/** Throws an Error when the bytes are not an export request. */
export function readProtobufExport(body: Uint8Array): ExportRequest {
  return new PbfReader(body).readFields(
    (field, request, pbf) => {
      if (field === 1) request.resourceLogs.push(pbf.readMessage(readResourceLogs, { resource: [], scopeLogs: [] }));
    },
    { resourceLogs: [] } as ExportRequest,
  );
}

function readResourceLogs(field: number, logs: ResourceLogs, pbf: PbfReader): void {
  if (field === 1) pbf.readMessage(readAttributesAt(1), logs.resource);
  else if (field === 2) logs.scopeLogs.push(pbf.readMessage(readScopeLogs, { name: '', version: '', logRecords: [] }));
}

function readScopeLogs(field: number, logs: ScopeLogs, pbf: PbfReader): void {
  if (field === 1) pbf.readMessage(readScope, logs);
  else if (field === 2) logs.logRecords.push(pbf.readMessage(readLogRecord, emptyRecord()));
}

function readScope(field: number, scope: ScopeLogs, pbf: PbfReader): void {
  if (field === 1) scope.name = pbf.readString();
  else if (field === 2) scope.version = pbf.readString();
}

function emptyRecord(): LogRecord {
  return {
    timeNs: 0n,
    observedNs: 0n,
    severityNumber: 0,
    severityText: '',
    body: null,
    attributes: [],
    traceId: '',
    spanId: '',
  };
}

function readLogRecord(field: number, record: LogRecord, pbf: PbfReader): void {
  switch (field) {
    case 1:
      record.timeNs = readFixed64(pbf);
      break;
    case 2:
      record.severityNumber = pbf.readVarint();
      break;
    case 3:
      record.severityText = pbf.readString();
      break;
    case 5:
      record.body = readValue(pbf);
      break;
    case 6:
      record.attributes.push(readKeyValue(pbf));
      break;
    case 9:
      record.traceId = Buffer.from(pbf.readBytes()).toString('hex');
      break;
    case 10:
      record.spanId = Buffer.from(pbf.readBytes()).toString('hex');
      break;
    case 11:
      record.observedNs = readFixed64(pbf);
      break;
  }
}

/** Reads a message whose field `at` is a list of attributes. */
function readAttributesAt(at: number) {
  return (field: number, attributes: KeyValue[], pbf: PbfReader): void => {
    if (field === at) attributes.push(readKeyValue(pbf));
  };
}

function readKeyValue(pbf: PbfReader): KeyValue {
  return pbf.readMessage(
    (field, pair, inner) => {
      if (field === 1) pair.key = inner.readString();
      else if (field === 2) pair.value = readValue(inner);
    },
    { key: '', value: null } as KeyValue,
  );
}

function readValue(pbf: PbfReader): Value {
  return pbf.readMessage(readValueField, { value: null as Value }).value;
}

function readValueField(field: number, holder: { value: Value }, pbf: PbfReader): void {
  switch (field) {
    case 1:
      holder.value = pbf.readString();
      break;
    case 2:
      holder.value = pbf.readBoolean();
      break;
    case 3:
      // 64 bits, of which a number keeps 53: enough for every integer JavaScript sends.
      holder.value = pbf.readVarint(true);
      break;
    case 4:
      holder.value = pbf.readDouble();
      break;
    case 5: {
      const values: Value[] = [];
      pbf.readMessage((inner, list: Value[], p) => {
        if (inner === 1) list.push(readValue(p));
      }, values);
      holder.value = values;
      break;
    }
    case 6:
      holder.value = { fields: pbf.readMessage(readAttributesAt(1), [] as KeyValue[]) };
      break;
    case 7:
      holder.value = pbf.readBytes();
      break;
  }
}

/** In two halves, since the reader's own gives a number, and nanoseconds since the epoch do not fit one. */
function readFixed64(pbf: PbfReader): bigint {
  const low = pbf.readFixed32();
  return (BigInt(pbf.readFixed32()) << 32n) | BigInt(low);
}

import { gzipSync } from 'node:zlib';
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { describe, expect, test } from 'vitest';
import { otlpJson } from '../testing/otlp-export.ts';
import { ExportError, readExport } from './read-export.ts';

const record = {
  hrTime: [1_700_000_000, 123_456_789],
  hrTimeObserved: [1_700_000_001, 5],
  severityNumber: 13,
  severityText: 'WARNING',
  body: '잔고 부족 "quoted"',
  droppedAttributesCount: 0,
  resource: { attributes: { 'service.name': 'order-queue', 'service.namespace': 'sluice', 'host.cpus': 2 } },
  instrumentationScope: { name: 'rebalancer', version: '1.2.3' },
  spanContext: { traceId: '0123456789abcdef0123456789abcdef', spanId: '0123456789abcdef', traceFlags: 1 },
  attributes: {
    'job.tag': 'QUEUE_REBAL',
    'code.line.number': 12,
    duration_ms: 1.5,
    negative: -3,
    success: true,
    nothing: null,
    '24h': 'x',
    list: ['a', 1],
    counts: { planned: 2, inner: { failed: 0 } },
  },
};
// biome-ignore lint/suspicious/noExplicitAny: the senders ask for more than they read
const asSent = [record] as any;

const expected = {
  timestampNs: 1_700_000_000_123_456_789n,
  line: '잔고 부족 "quoted"',
  labels: {
    service_name: 'order-queue',
    service_namespace: 'sluice',
    job_tag: 'QUEUE_REBAL',
    severity_text: 'WARNING',
  },
  metadata: {
    code_line_number: '12',
    counts_inner_failed: '0',
    counts_planned: '2',
    duration_ms: '1.5',
    host_cpus: '2',
    key_24h: 'x',
    list: '["a",1]',
    negative: '-3',
    observed_timestamp: '1700000001000000005',
    scope_name: 'rebalancer',
    scope_version: '1.2.3',
    severity_number: '13',
    severity_text: 'WARNING',
    span_id: '0123456789abcdef',
    success: 'true',
    trace_id: '0123456789abcdef0123456789abcdef',
  },
};

describe('an export request', () => {
  test('in JSON becomes the records Loki would keep', () => {
    const body = Buffer.from(JsonLogsSerializer.serializeRequest(asSent)!);
    expect(readExport(body, 'application/json', '')).toEqual([expected]);
  });

  test('in protobuf becomes the same', () => {
    const body = Buffer.from(ProtobufLogsSerializer.serializeRequest(asSent)!);
    expect(readExport(body, 'application/x-protobuf', '')).toEqual([expected]);
  });

  test('may be compressed', () => {
    const body = gzipSync(ProtobufLogsSerializer.serializeRequest(asSent)!);
    expect(readExport(body, 'application/x-protobuf', 'gzip')).toEqual([expected]);
  });

  test('without a time of its own has the time it was observed', () => {
    const [read] = readExport(Buffer.from(otlpJson([{ message: 'm', timeNs: 0n }])), 'application/json', '');
    expect(read!.timestampNs).toBe(1n);
    expect(read!.metadata).not.toHaveProperty('observed_timestamp');
  });

  test.each([
    ['of another type', 'text/plain', '', Buffer.from('{}'), 'content type'],
    ['in another encoding', 'application/json', 'br', Buffer.from('{}'), 'content encoding'],
    ['that is no JSON', 'application/json', '', Buffer.from('{'), 'cannot be read'],
    ['that is no protobuf', 'application/x-protobuf', '', Buffer.from([0x0a, 0xff, 0xff]), 'cannot be read'],
    ['that is not compressed as it says', 'application/json', 'gzip', Buffer.from('{}'), 'cannot be read'],
  ])('%s is refused with a reason', (_, type, encoding, body, reason) => {
    expect(() => readExport(body, type, encoding)).toThrow(ExportError);
    expect(() => readExport(body, type, encoding)).toThrow(reason);
  });
});

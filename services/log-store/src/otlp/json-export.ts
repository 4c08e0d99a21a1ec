import { z } from 'zod';
import type { ExportRequest, KeyValue, Value } from './export-request.ts';

/** 64-bit numbers are written as text in OTLP's JSON; small ones may be numbers. */
const bigint = z.union([z.string().regex(/^-?\d+$/), z.number().int()]).transform((value) => BigInt(value));
const instant = bigint.default(0n);
const text = z.string().default('');

const value: z.ZodType<Value> = z.lazy(() =>
  z
    .object({
      stringValue: z.string(),
      boolValue: z.boolean(),
      intValue: bigint,
      doubleValue: z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]),
      bytesValue: z.base64(),
      arrayValue: z.object({ values: z.array(value).default([]) }),
      kvlistValue: z.object({ values: attributes }),
    })
    .partial()
    .transform((given): Value => {
      if (given.arrayValue !== undefined) return given.arrayValue.values;
      if (given.kvlistValue !== undefined) return { fields: given.kvlistValue.values };
      if (given.bytesValue !== undefined) return Buffer.from(given.bytesValue, 'base64');
      return given.stringValue ?? given.boolValue ?? given.intValue ?? given.doubleValue ?? null;
    }),
);
const attributes: z.ZodType<KeyValue[]> = z
  .array(z.object({ key: z.string().min(1), value: value.default(null) }))
  .default([]);

const logRecord = z
  .object({
    timeUnixNano: instant,
    observedTimeUnixNano: instant,
    severityNumber: z.number().int().default(0),
    severityText: text,
    body: value.default(null),
    attributes,
    traceId: text,
    spanId: text,
  })
  .transform(({ timeUnixNano, observedTimeUnixNano, traceId, spanId, ...rest }) => ({
    ...rest,
    timeNs: timeUnixNano,
    observedNs: observedTimeUnixNano,
    traceId: traceId.toLowerCase(),
    spanId: spanId.toLowerCase(),
  }));
const scopeLogs = z
  .object({
    scope: z.object({ name: text, version: text }).default({ name: '', version: '' }),
    logRecords: z.array(logRecord).default([]),
  })
  .transform(({ scope, logRecords }) => ({ ...scope, logRecords }));
const resourceLogs = z
  .object({ resource: z.object({ attributes }).default({ attributes: [] }), scopeLogs: z.array(scopeLogs).default([]) })
  .transform(({ resource, scopeLogs }) => ({ resource: resource.attributes, scopeLogs }));
const request = z.object({ resourceLogs: z.array(resourceLogs).default([]) });

/** Throws SyntaxError or ZodError. */
export function readJsonExport(body: string): ExportRequest {
  return request.parse(JSON.parse(body));
}

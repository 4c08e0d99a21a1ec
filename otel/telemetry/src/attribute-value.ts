import { inspect } from 'node:util';
import type { AnyValue } from '@opentelemetry/api';

const MAX_DEPTH = 4;
const MAX_ITEMS = 100;
/** Loki refuses a record with more than 64 KB of attributes, and the refusal is seen by the Collector alone. */
const MAX_TEXT = 16_384;

/** An object written as `{…}` or made without a prototype; not a Date, a Decimal, an array or an Error. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * A value a log record can carry: numbers and strings as they are, decimals, dates and bigints as their text, plain
 * objects and arrays to a bounded depth and length, so that a circular or huge structure costs little.
 */
export function attributeValue(value: unknown, depth = 0): AnyValue {
  switch (typeof value) {
    case 'string':
      return value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value;
    case 'boolean':
      return value;
    case 'number':
      // JSON has no NaN and no Infinity; the exporter would send null.
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      return value === null ? null : objectValue(value, depth);
    default:
      return typeof value === 'undefined' ? null : String(value);
  }
}

function objectValue(value: object, depth: number): AnyValue {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Error) return String(value);
  if (depth >= MAX_DEPTH) return inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => attributeValue(item, depth + 1));
  if (isPlainObject(value)) {
    const fields: Record<string, AnyValue> = {};
    for (const key of Object.keys(value).slice(0, MAX_ITEMS)) {
      const field = value[key];
      if (field !== undefined) fields[key] = attributeValue(field, depth + 1);
    }
    return fields;
  }
  // Decimal, URL and their like say what they are in one word.
  if (typeof Object.getPrototypeOf(value)?.toJSON === 'function') return String(value);
  return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}

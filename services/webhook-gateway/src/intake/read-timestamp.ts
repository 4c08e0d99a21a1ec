import type { BodyValue } from './body-value.ts';

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** The instant of an ISO 8601 text with its zone (`{{timenow}}` always has one), or null; a local time would be a guess. */
export function readTimestamp(value: BodyValue): Date | null {
  if (typeof value !== 'string' || !iso.test(value)) return null;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? null : at;
}

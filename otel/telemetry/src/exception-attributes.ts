import type { Attributes } from '@opentelemetry/api';

/** Loki refuses a line with more than 64 KB of metadata, and the refusal is seen by the Collector alone. */
const MAX_STACK = 16_000;
const MAX_CAUSES = 8;

/**
 * The first error as `exception.*`, its causes in the stack and by name. Further errors of the same call are listed
 * in `exception.others`.
 */
export function exceptionAttributes(errors: readonly Error[]): Attributes {
  const [first, ...others] = errors;
  if (!first) return {};
  const causes = causesOf(first);
  const attributes: Attributes = {
    'exception.type': typeOf(first),
    'exception.message': textOf(first.message),
    'exception.stacktrace': [first, ...causes].map(stackOf).join('\nCaused by: ').slice(0, MAX_STACK),
  };
  const code = (first as { code?: unknown }).code;
  if (typeof code === 'string' || typeof code === 'number') attributes['exception.code'] = code;
  if (causes.length > 0) attributes['exception.causes'] = causes.map(oneLine);
  if (others.length > 0) attributes['exception.others'] = others.map(oneLine);
  return attributes;
}

/** The chain of causes, and the members of an AggregateError; each error once, since a chain may be a circle. */
function causesOf(error: Error): unknown[] {
  const seen = new Set<unknown>([error]);
  const causes: unknown[] = [];
  const queue: unknown[] = [error];
  while (queue.length > 0 && causes.length < MAX_CAUSES) {
    const current = queue.shift();
    if (!(current instanceof Error)) continue;
    const members = current instanceof AggregateError && Array.isArray(current.errors) ? current.errors : [];
    for (const next of [current.cause, ...members]) {
      if (next === undefined || next === null || seen.has(next) || causes.length >= MAX_CAUSES) continue;
      seen.add(next);
      causes.push(next);
      queue.push(next);
    }
  }
  return causes;
}

function typeOf(error: Error): string {
  return textOf(error.name) || 'Error';
}

function oneLine(error: unknown): string {
  return error instanceof Error ? `${typeOf(error)}: ${textOf(error.message)}` : textOf(error);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return textOf(error);
  return typeof error.stack === 'string' && error.stack !== '' ? error.stack : oneLine(error);
}

function textOf(value: unknown): string {
  try {
    return typeof value === 'string' ? value : String(value);
  } catch {
    return '[unreadable]';
  }
}

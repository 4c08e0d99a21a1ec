import { randomBytes } from 'node:crypto';
import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { installActiveContext } from './active-context.ts';
import type { attributes as names } from './attributes.ts';

export type SpanAttributes = { [name in keyof typeof names]?: string | number | boolean };

let active = false;
/** Of the span that is being started, where it is the root of an alert's trace. */
let nextIds: { traceId: string; spanId: string } | undefined;

/** Spans cost nothing before this is told that someone takes them. */
export function setTracing(on: boolean): void {
  active = on;
}

/** An alert's id is 128 random bits, which is what a trace id is. */
const ALERT_ID = /^(?!0{32})(?!0{16})[0-9a-f]{32}$/;

/**
 * Runs `fn` in the root span of an alert's trace. The trace has the alert's own id: whoever has the id finds the trace,
 * and every process that knows the alert can add to it without the context having been carried there.
 */
export function inAlertRoot<T>(alertId: string, name: string, startedAt: Date, fn: () => Promise<T>): Promise<T> {
  if (!active || !ALERT_ID.test(alertId)) return fn();
  installActiveContext();
  nextIds = rootIds(alertId);
  let span: Span;
  try {
    const attributes = { alert_id: alertId } satisfies SpanAttributes;
    span = trace.getTracer('sluice').startSpan(name, { root: true, startTime: startedAt, attributes });
  } finally {
    nextIds = undefined;
  }
  return run(span, trace.setSpan(context.active(), span), fn);
}

/** Runs `fn` in a span of an alert's trace, below its root, whichever process made that. */
export function inAlertSpan<T>(
  alertId: string,
  name: string,
  attributes: SpanAttributes,
  fn: () => Promise<T>,
): Promise<T> {
  if (!active || !ALERT_ID.test(alertId)) return fn();
  installActiveContext();
  const parent = { ...rootIds(alertId), traceFlags: TraceFlags.SAMPLED, isRemote: true };
  const ctx = trace.setSpanContext(context.active(), parent);
  const span = trace.getTracer('sluice').startSpan(name, { attributes: { ...attributes, alert_id: alertId } }, ctx);
  return run(span, trace.setSpan(ctx, span), fn);
}

/** The active context, inside the trace of an alert whether or not a span of it is open here. */
export function contextOfAlert(alertId: unknown): Context {
  const current = context.active();
  if (!active || typeof alertId !== 'string' || !ALERT_ID.test(alertId)) return current;
  if (trace.getSpanContext(current)?.traceId === alertId) return current;
  return trace.setSpanContext(current, { ...rootIds(alertId), traceFlags: TraceFlags.SAMPLED, isRemote: true });
}

/** Runs `fn` in a span below the active one. */
export function inSpan<T>(name: string, attributes: SpanAttributes, fn: () => Promise<T>): Promise<T> {
  if (!active) return fn();
  const span = trace.getTracer('sluice').startSpan(name, { attributes: attributes as Attributes });
  return run(span, trace.setSpan(context.active(), span), fn);
}

/** The ids of the span that is being started: an alert's own, or random ones. */
export const alertIdGenerator = {
  generateTraceId: (): string => nextIds?.traceId ?? randomBytes(16).toString('hex'),
  generateSpanId: (): string => nextIds?.spanId ?? randomBytes(8).toString('hex'),
};

function rootIds(alertId: string): { traceId: string; spanId: string } {
  return { traceId: alertId, spanId: alertId.slice(0, 16) };
}

async function run<T>(span: Span, ctx: Context, fn: () => Promise<T>): Promise<T> {
  try {
    return await context.with(ctx, fn);
  } catch (error) {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

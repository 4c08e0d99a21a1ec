import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { installActiveContext } from './active-context.ts';

/** The active trace and baggage as two strings, to be stored with work that another process will do. */
export type ContextCarrier = { traceparent?: string; baggage?: string };

/** What `runInContext` needs to continue here later, in this process or another. Empty outside a job and a trace. */
export function captureContext(): ContextCarrier {
  installActiveContext();
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  const carrier: ContextCarrier = {};
  if (headers.traceparent !== undefined) carrier.traceparent = headers.traceparent;
  if (headers.baggage !== undefined) carrier.baggage = headers.baggage;
  return carrier;
}

/**
 * Runs `fn` in the context `carrier` was captured in and in nothing else: what is active here (another job's tag, for
 * one) does not mix in. An empty carrier means no job.
 */
export function runInContext<T>(
  carrier: { traceparent?: string | null | undefined; baggage?: string | null | undefined },
  fn: () => T,
): T {
  installActiveContext();
  const headers: Record<string, string> = {};
  if (carrier.traceparent) headers.traceparent = carrier.traceparent;
  if (carrier.baggage) headers.baggage = carrier.baggage;
  return context.with(propagation.extract(ROOT_CONTEXT, headers), fn);
}

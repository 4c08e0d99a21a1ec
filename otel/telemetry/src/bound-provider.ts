import {
  type LoggerProvider as ApiLoggerProvider,
  type Context,
  logs,
  type Logger as OtelLogger,
  type SeverityNumber,
} from '@opentelemetry/api';
import { type LoggerProvider as LegacyLoggerProvider, logs as legacyLogs } from '@opentelemetry/api-logs';

/** Whether a record of this context and severity is written at all. */
export type Gate = (ctx: Context, severity: SeverityNumber) => boolean;

/** A provider, and what its pipeline answers when it is asked for itself. */
export type Bound = { provider: ApiLoggerProvider; wants: Gate };

let bound: Bound | undefined;
let generation = 0;

/**
 * Makes `next` the provider of every logger, those that exist already included, and returns what was bound before.
 * It is registered with both homes of the Logs API: the SDK reads the one in `@opentelemetry/api`, while libraries
 * that still emit to `@opentelemetry/api-logs` would reach nothing otherwise.
 */
export function bindProvider(next: Bound | undefined): Bound | undefined {
  const before = bound;
  bound = next;
  generation += 1;
  logs.disable();
  legacyLogs.disable();
  if (next) {
    logs.setGlobalLoggerProvider(next.provider);
    legacyLogs.setGlobalLoggerProvider(next.provider as unknown as LegacyLoggerProvider);
  }
  return before;
}

/**
 * The gate of the moment. Asking it costs a few nanoseconds; the SDK's `enabled` would be 40, and it is asked once more
 * by each emit.
 */
export function isWanted(ctx: Context, severity: SeverityNumber): boolean {
  return bound?.wants(ctx, severity) ?? false;
}

/**
 * A logger of the provider of the moment, or undefined while there is none. The API's own proxy binds once, for ever;
 * this one also follows a provider that is replaced.
 */
export function lateBoundLogger(name: string): () => OtelLogger | undefined {
  let boundAt = -1;
  let logger: OtelLogger | undefined;
  return () => {
    if (boundAt !== generation) {
      logger = bound?.provider.getLogger(name);
      boundAt = generation;
    }
    return logger;
  };
}

import { type LoggerProvider as ApiLoggerProvider, logs, type Logger as OtelLogger } from '@opentelemetry/api';
import { type LoggerProvider as LegacyLoggerProvider, logs as legacyLogs } from '@opentelemetry/api-logs';

let provider: ApiLoggerProvider | undefined;
let generation = 0;

/**
 * Makes `next` the provider of every logger, those that exist already included, and returns the one before.
 * It is registered with both homes of the Logs API: the SDK reads the one in `@opentelemetry/api`, while libraries
 * that still emit to `@opentelemetry/api-logs` would reach nothing otherwise.
 */
export function bindProvider(next: ApiLoggerProvider | undefined): ApiLoggerProvider | undefined {
  const before = provider;
  provider = next;
  generation += 1;
  logs.disable();
  legacyLogs.disable();
  if (next) {
    logs.setGlobalLoggerProvider(next);
    legacyLogs.setGlobalLoggerProvider(next as unknown as LegacyLoggerProvider);
  }
  return before;
}

/**
 * A logger of the provider of the moment, or undefined while there is none. The API's own proxy binds once, for ever;
 * this one also follows a provider that is replaced.
 */
export function lateBoundLogger(name: string): () => OtelLogger | undefined {
  let boundAt = -1;
  let bound: OtelLogger | undefined;
  return () => {
    if (boundAt !== generation) {
      bound = provider?.getLogger(name);
      boundAt = generation;
    }
    return bound;
  };
}

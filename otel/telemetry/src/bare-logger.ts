import type { Logger } from '@opentelemetry/api';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';

/** The SDK's batch on a Collector that takes everything at once: only the process's own part costs anything. */
export function discardingBatch(): LogRecordProcessor {
  const exporter = {
    export: (_records: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  return new BatchLogRecordProcessor({ exporter, maxQueueSize: 20_000 });
}

/** OpenTelemetry's logger with that batch and nothing of ours: what a log call is measured against. */
export function bareLogger(): Logger {
  return new LoggerProvider({ processors: [discardingBatch()] }).getLogger('bare');
}

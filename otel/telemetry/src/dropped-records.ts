import { getLogger } from './logger.ts';
import { observedCounter } from './metrics.ts';
import type { OtlpLogSink } from './otlp-log-sink.ts';

const REPORT_EVERY_MS = 60_000;

const log = getLogger('telemetry');

export type DroppedRecords = { stop(): void };

/** Says once a minute, while it happens, that log records are dropped. A gap nobody sees looks like health. */
export function reportDroppedRecords(sink: OtlpLogSink, everyMs: number = REPORT_EVERY_MS): DroppedRecords {
  observedCounter('sluice.log.dropped', { description: 'Log records that never reached the Collector' }, () => {
    return sink.dropped;
  });
  let told = 0;
  const timer = setInterval(() => {
    const dropped = sink.dropped - told;
    if (dropped === 0) return;
    told += dropped;
    log.warn('%d log records were dropped: the Collector is away, refuses them or is too slow', dropped, { dropped });
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

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
    const before = sink.dropped;
    const dropped = before - told;
    if (dropped === 0) return;
    log.warn('%d log records were dropped: the Collector is away, refuses them or is too slow', dropped, { dropped });
    // Where there was no room for this line either, only the console has it: the number is told again, so that Loki learns of
    // the whole gap once the Collector is back.
    if (sink.dropped === before) told = before;
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

import { type Attributes, type Context, SeverityNumber } from '@opentelemetry/api';
import { LoggerProvider, type LogRecordProcessor, type ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { installActiveContext } from './active-context.ts';
import { bindProvider } from './bound-provider.ts';
import { LOCATION_ATTRIBUTES } from './caller-location.ts';
import { JOB_TAG } from './job-tag.ts';
import { RecordPipeline } from './record-pipeline.ts';

export { bareLogger, discardingBatch } from './bare-logger.ts';

/** One record as a test looks at it. */
export type CapturedLog = {
  level: string;
  module: string;
  message: string;
  tag: string | undefined;
  /** Without the tag and without file and line. */
  attributes: Attributes;
};

export type LogCapture = {
  /** Everything logged since the start, oldest first; complete as soon as the logging call has returned. */
  readonly records: readonly CapturedLog[];
  /** Ends it and puts back what was there before. Also called by `using`. */
  stop(): void;
  [Symbol.dispose](): void;
};

/** Collects what is logged, at every level, instead of sending it anywhere: `using logs = captureLogs()`. */
export function captureLogs(): LogCapture {
  const records: CapturedLog[] = [];
  const { stop } = logInto(collector(records));
  return { records, stop, [Symbol.dispose]: stop };
}

/** Sends what is logged, at every level or from `minimumSeverity` up, with its tag into `sink` alone, until the stop. */
export function logInto(sink: LogRecordProcessor, minimumSeverity = SeverityNumber.UNSPECIFIED): { stop(): void } {
  installActiveContext();
  const pipeline = new RecordPipeline({ minimumSeverity, sinks: [sink] });
  const before = bindProvider({ provider: new LoggerProvider({ processors: [pipeline] }), wants: pipeline.wants });
  return {
    stop() {
      bindProvider(before);
    },
  };
}

function collector(records: CapturedLog[]): LogRecordProcessor {
  return {
    onEmit(record: ReadWriteLogRecord, _context?: Context) {
      const { [JOB_TAG]: tag, ...rest } = record.attributes;
      const attributes = Object.fromEntries(Object.entries(rest).filter(([key]) => !LOCATION_ATTRIBUTES.has(key)));
      records.push({
        level: record.severityText ?? SeverityNumber[record.severityNumber ?? SeverityNumber.INFO],
        module: record.instrumentationScope.name,
        message: String(record.body ?? ''),
        tag: typeof tag === 'string' ? tag : undefined,
        attributes,
      });
    },
    async forceFlush() {},
    async shutdown() {},
  };
}

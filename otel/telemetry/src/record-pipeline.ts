import { type Context, context, type SeverityNumber } from '@opentelemetry/api';
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { increasingTime } from './increasing-time.ts';
import { JOB_TAG, jobTagOf } from './job-tag.ts';

export type PipelineOptions = {
  minimumSeverity: SeverityNumber;
  /** By job tag, where it differs. */
  severityOfTag?: ReadonlyMap<string, SeverityNumber>;
  sinks: readonly LogRecordProcessor[];
};

/**
 * What every record goes through, whoever emitted it, our loggers or a library: the level of its tag decides whether it
 * is made at all, the tag of its context is put on it and a time of its own, and then the sinks get it. One processor and not several, because
 * the SDK makes a record as soon as one of its processors wants it and then gives it to all.
 */
export class RecordPipeline implements LogRecordProcessor {
  readonly #minimum: SeverityNumber;
  readonly #ofTag: ReadonlyMap<string, SeverityNumber>;
  readonly #sinks: readonly LogRecordProcessor[];
  readonly #timeOf = increasingTime();

  constructor({ minimumSeverity, severityOfTag = new Map(), sinks }: PipelineOptions) {
    this.#minimum = minimumSeverity;
    this.#ofTag = severityOfTag;
    this.#sinks = sinks;
  }

  enabled({ context: ctx, severityNumber = 0 }: { context: Context; severityNumber?: SeverityNumber }): boolean {
    return this.wants(ctx, severityNumber);
  }

  /** The same without an object made for the question. */
  readonly wants = (ctx: Context, severity: SeverityNumber): boolean => {
    // Without a severity it may be anything, and a record too many is better than one that is missing.
    if (severity === 0) return true;
    if (this.#ofTag.size === 0) return severity >= this.#minimum;
    const tag = jobTagOf(ctx);
    const ofTag = tag === undefined ? undefined : this.#ofTag.get(tag);
    return severity >= (ofTag ?? this.#minimum);
  };

  onEmit(record: ReadWriteLogRecord, ctx: Context = context.active()): void {
    const tag = jobTagOf(ctx);
    if (tag !== undefined) record.setAttribute(JOB_TAG, tag);
    record.hrTime = this.#timeOf(record.hrTime);
    for (const sink of this.#sinks) sink.onEmit(record, ctx);
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#sinks.map((sink) => sink.forceFlush()));
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.#sinks.map((sink) => sink.shutdown()));
  }
}

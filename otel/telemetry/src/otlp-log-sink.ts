import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  BatchLogRecordProcessor,
  type LogRecordExporter,
  type LogRecordProcessor,
  type ReadableLogRecord,
  type ReadWriteLogRecord,
} from '@opentelemetry/sdk-logs';

export type OtlpLogSinkOptions = {
  exporter: LogRecordExporter;
  /** Records kept while they cannot be sent; further ones are dropped. */
  maxWaiting?: number;
  /** How long after a failure the same batch is tried again, in ms. */
  retryAfterMs?: number;
};

/** A deep plan writes a few thousand lines in a second, and a Collector that restarts is away for some seconds. */
const MAX_WAITING = 8_192;
const MAX_BATCH = 1_024;
const RETRY_AFTER_MS = 2_000;
/** The batch below would give a failing export up by itself; here only a refusal or the stop does. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * Sends records by OTLP and knows what became of each: sent, waiting, or dropped. The SDK's batch alone drops what does
 * not fit without a word, and drops a batch whose Collector is away for longer than the exporter's own 10 s.
 */
export class OtlpLogSink implements LogRecordProcessor {
  readonly #batch: BatchLogRecordProcessor;
  readonly #maxWaiting: number;
  readonly #stop = new AbortController();
  #waiting = 0;
  #dropped = 0;

  constructor({ exporter, maxWaiting = MAX_WAITING, retryAfterMs = RETRY_AFTER_MS }: OtlpLogSinkOptions) {
    this.#maxWaiting = maxWaiting;
    this.#batch = new BatchLogRecordProcessor({
      exporter: {
        export: (records, done) => void this.#export(exporter, records, retryAfterMs).then(done),
        forceFlush: () => exporter.forceFlush(),
        shutdown: () => exporter.shutdown(),
      },
      maxQueueSize: maxWaiting,
      maxExportBatchSize: Math.min(MAX_BATCH, maxWaiting),
      exportTimeoutMillis: NEVER_MS,
    });
  }

  /** Records that are not sent yet, those on the wire included. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Records that never will be. */
  get dropped(): number {
    return this.#dropped;
  }

  onEmit(record: ReadWriteLogRecord): void {
    if (this.#waiting >= this.#maxWaiting || this.#stop.signal.aborted) {
      this.#dropped += 1;
      return;
    }
    this.#waiting += 1;
    this.#batch.onEmit(record);
  }

  async forceFlush(): Promise<void> {
    await this.#batch.forceFlush();
  }

  /** Sends what waits, each batch once; whoever stops races this against a deadline. */
  async shutdown(): Promise<void> {
    this.#stop.abort();
    await this.#batch.shutdown();
  }

  async #export(
    exporter: LogRecordExporter,
    records: ReadableLogRecord[],
    retryAfterMs: number,
  ): Promise<ExportResult> {
    for (;;) {
      const result = await new Promise<ExportResult>((resolve) => exporter.export(records, resolve));
      const sent = result.code === ExportResultCode.SUCCESS;
      if (sent || isRefused(result.error) || this.#stop.signal.aborted) {
        this.#waiting -= records.length;
        if (!sent) this.#dropped += records.length;
        // A failure is counted and told here; the SDK would print it on the error stream as well.
        return { code: ExportResultCode.SUCCESS };
      }
      await this.#pause(retryAfterMs);
    }
  }

  /** Ends early when the process stops. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#stop.signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms).unref();
      this.#stop.signal.addEventListener('abort', end);
    });
  }
}

/** The Collector has read the batch and does not want it: it would not want it again either. */
function isRefused(error: Error | undefined): boolean {
  const status = (error as { code?: unknown } | undefined)?.code;
  return typeof status === 'number' && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

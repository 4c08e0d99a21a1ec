import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { type ConsoleRecord, type ConsoleStyle, consoleLine } from './console-line.ts';
import type { ZonedTime } from './zoned-time.ts';

export type ConsoleProcessorOptions = {
  style: ConsoleStyle;
  time: ZonedTime;
  write: (text: string) => void;
};

/**
 * Writes each record as one line. The lines of a turn of the event loop go out in one write, since a write is a system
 * call and a busy plan logs dozens of lines at once. `flush` writes what is waiting at once, for the exit.
 */
export class ConsoleProcessor implements LogRecordProcessor {
  readonly #options: ConsoleProcessorOptions;
  #waiting = '';

  constructor(options: ConsoleProcessorOptions) {
    this.#options = options;
  }

  onEmit(record: ReadWriteLogRecord): void {
    const [seconds, nanos] = record.hrTime;
    this.write({
      epochMs: seconds * 1_000 + Math.trunc(nanos / 1e6),
      level: record.severityText ?? 'INFO',
      module: record.instrumentationScope.name,
      body: typeof record.body === 'string' ? record.body : JSON.stringify(record.body ?? ''),
      attributes: record.attributes,
    });
  }

  /** Writes a line that is on the console alone. */
  write(record: ConsoleRecord): void {
    const { style, time } = this.#options;
    const line = consoleLine(record, style, time);
    if (this.#waiting === '') setImmediate(() => this.flush());
    this.#waiting += `${line}\n`;
  }

  flush(): void {
    if (this.#waiting === '') return;
    const text = this.#waiting;
    this.#waiting = '';
    try {
      this.#options.write(text);
    } catch {
      // The console is gone (a closed pipe). The work goes on, and OTLP still has the record.
    }
  }

  async forceFlush(): Promise<void> {
    this.flush();
  }

  async shutdown(): Promise<void> {
    this.flush();
  }
}

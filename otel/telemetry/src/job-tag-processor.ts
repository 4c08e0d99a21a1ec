import { type Context, context } from '@opentelemetry/api';
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { JOB_TAG, jobTagOf } from './job-tag.ts';

/**
 * Puts the job tag of a record's context on the record, whoever emitted it: our loggers or a library. It has to stand
 * before the processors that export, since a record is read-only once they have it.
 */
export class JobTagProcessor implements LogRecordProcessor {
  onEmit(record: ReadWriteLogRecord, ctx: Context = context.active()): void {
    const tag = jobTagOf(ctx);
    if (tag !== undefined) record.setAttribute(JOB_TAG, tag);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  /** It writes nothing itself, so it must not be the reason that a record is made. */
  enabled(): boolean {
    return false;
  }
}

import type { AttributeName } from '../attributes.ts';
import { lateBoundLogger } from '../bound-provider.ts';
import { addLocation, type Place } from '../caller-location.ts';
import { readArguments } from '../log-arguments.ts';
import { type Level, levelText, severityOf } from '../severity.ts';
import { contextOfAlert } from '../tracing.ts';

/** What a wide record may hold; a field that is not known is left out. */
export type WideFields = { [name in AttributeName]?: string | number | boolean | object | null | undefined };

type WideRecord = {
  /** Kind of the record: its `event.name`, and the name of its logger. */
  event: string;
  level: Level;
  text: string;
  fields: WideFields;
  /** An error to be told of with its stack. */
  error?: Error | undefined;
};

const loggers = new Map<string, ReturnType<typeof lateBoundLogger>>();

/**
 * Writes one record that says everything of one unit of work, for dashboards that have nothing but records. `place` is
 * the function whose caller wrote it, or the file whose work it is. One that names an alert belongs to its trace. Never
 * throws.
 */
export function writeWideRecord(record: WideRecord, place: Place): void {
  try {
    const { event, level, text, fields, error } = record;
    const logger = loggerOf(event)();
    const severityNumber = severityOf[level];
    if (!logger?.enabled({ severityNumber })) return;
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
    const { attributes } = readArguments('', error === undefined ? [given] : [error, given]);
    // As an attribute as well: Loki drops the field.
    attributes['event.name'] = event;
    addLocation(attributes, place);
    const context = contextOfAlert(fields.alert_id);
    logger.emit({ context, eventName: event, severityNumber, severityText: levelText[level], body: text, attributes });
  } catch {
    // A log line must never be the reason that an order fails.
  }
}

function loggerOf(event: string): ReturnType<typeof lateBoundLogger> {
  let logger = loggers.get(event);
  if (logger === undefined) {
    logger = lateBoundLogger(event);
    loggers.set(event, logger);
  }
  return logger;
}

/** `3 orders`, `1 order`. */
export function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Whole milliseconds say enough, and a tenth of one below ten. */
export function ms(value: number): number {
  return value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
}

/** `rate_limit:2,unknown:1`, the most frequent first; undefined of none. */
export function tally(values: readonly string[]): string | undefined {
  if (values.length === 0) return undefined;
  const counts = Map.groupBy(values, (value) => value);
  return [...counts]
    .map(([value, all]) => ({ value, count: all.length }))
    .sort((a, b) => b.count - a.count || a.value.localeCompare(b.value))
    .map(({ value, count }) => `${value}:${count}`)
    .join(',');
}

import type { AnyValue, Attributes } from '@opentelemetry/api';
import { LOCATION_ATTRIBUTES } from './caller-location.ts';
import { JOB_TAG } from './job-tag.ts';
import type { ZonedTime } from './zoned-time.ts';

/** What a line on the console is made of. */
export type ConsoleRecord = {
  epochMs: number;
  level: string;
  module: string;
  body: string;
  attributes: Attributes;
};

export type ConsoleStyle = 'plain' | 'colour' | 'json';

const RESET = '\x1b[0m';
const LEVEL_COLOURS: Record<string, string> = {
  DEBUG: '\x1b[90m',
  INFO: '\x1b[32m',
  WARNING: '\x1b[33m',
  ERROR: '\x1b[31m',
};
/** White on magenta: a badge, and no level is magenta. */
const TAG_COLOUR = '\x1b[1;97;45m';
const STACK = 'exception.stacktrace';

/** One record as the console shows it, without the line end. */
export function consoleLine(record: ConsoleRecord, style: ConsoleStyle, time: ZonedTime): string {
  return style === 'json' ? jsonLine(record, time) : textLine(record, style === 'colour', time);
}

function textLine(record: ConsoleRecord, colour: boolean, time: ZonedTime): string {
  const { [JOB_TAG]: tag, [STACK]: stack, ...rest } = record.attributes;
  const level = colour ? `${LEVEL_COLOURS[record.level] ?? ''}${record.level}${RESET}` : record.level;
  let line = `${time.console(record.epochMs)} ${level}: `;
  if (typeof tag === 'string') line += colour ? `${TAG_COLOUR}[${tag}]${RESET} ` : `[${tag}] `;
  line += printable(record.body);
  for (const [key, value] of Object.entries(rest)) {
    // The stack below says all of these again.
    if (stack !== undefined && key.startsWith('exception.')) continue;
    if (LOCATION_ATTRIBUTES.has(key)) continue;
    line += ` ${key}=${compact(value)}`;
  }
  return stack === undefined ? line : `${line}\n    ${printable(String(stack))}`;
}

function jsonLine(record: ConsoleRecord, time: ZonedTime): string {
  const { [JOB_TAG]: tag, ...rest } = record.attributes;
  return JSON.stringify({
    time: time.iso(record.epochMs),
    level: record.level,
    ...(tag === undefined ? {} : { tag }),
    logger: record.module,
    message: record.body,
    ...(Object.keys(rest).length === 0 ? {} : { attributes: rest }),
  });
}

function compact(value: AnyValue): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? printable(value) : JSON.stringify(value);
  return JSON.stringify(value) ?? 'null';
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_IN_LINE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Text from outside must not be able to forge a line of its own or to drive the terminal: further lines are indented,
 * other control characters are shown as what they are.
 */
function printable(text: string): string {
  if (!CONTROL.test(text)) return text;
  return text
    .replaceAll('\r\n', '\n')
    .replace(CONTROL_IN_LINE, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/\n(?! {4})/g, '\n    ');
}

import type { SeverityNumber } from '@opentelemetry/api';
import type { ConsoleStyle } from './console-line.ts';
import { readLevel, severityOf } from './severity.ts';

export type LogSettings = {
  minimumSeverity: SeverityNumber;
  /** By job tag, where it differs. */
  severityOfTag: ReadonlyMap<string, SeverityNumber>;
  style: ConsoleStyle;
  timeZone: string;
  /** Where each signal goes by OTLP, or undefined for the console alone. */
  otlp: OtlpUrls | undefined;
};

export type OtlpUrls = { logs: string; traces: string; metrics: string };

type Env = Record<string, string | undefined>;

/**
 * Reads LOG_LEVEL, LOG_LEVEL_TAGS, LOG_FORMAT, LOG_TIME_ZONE and OTEL_EXPORTER_OTLP_ENDPOINT. Throws an Error that says
 * what is allowed: a level that was meant but misspelt would hide the lines someone is looking for. `knownTags` are the
 * tags a level may be set for; without it any is taken.
 */
export function readLogSettings(env: Env, terminal: boolean, knownTags?: readonly string[]): LogSettings {
  const level = readLevel(env.LOG_LEVEL || 'info');
  if (level === undefined) {
    throw new Error(`LOG_LEVEL is "${env.LOG_LEVEL}": set it to debug, info, warning or error`);
  }
  const timeZone = env.LOG_TIME_ZONE || 'Asia/Seoul';
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
  } catch {
    throw new Error(`LOG_TIME_ZONE is "${timeZone}": set it to an IANA time zone such as Asia/Seoul or UTC`);
  }
  return {
    minimumSeverity: severityOf[level],
    severityOfTag: readTagLevels(env.LOG_LEVEL_TAGS ?? '', knownTags),
    style: consoleStyle((env.LOG_FORMAT || 'auto').toLowerCase(), terminal, env),
    timeZone,
    otlp: readOtlpUrls(env),
  };
}

function readTagLevels(text: string, knownTags: readonly string[] | undefined): Map<string, SeverityNumber> {
  const levels = new Map<string, SeverityNumber>();
  for (const entry of text.split(',')) {
    if (entry.trim() === '') continue;
    const [, tag, levelText] = /^\s*([A-Z_]{1,15})\s*=\s*(\w+)\s*$/.exec(entry) ?? [];
    const level = readLevel(levelText ?? '');
    if (tag === undefined || level === undefined) {
      throw new Error(
        `LOG_LEVEL_TAGS holds "${entry.trim()}": write TAG=level with debug, info, warning or error, several parted by commas`,
      );
    }
    if (knownTags && !knownTags.includes(tag)) {
      throw new Error(`LOG_LEVEL_TAGS names the tag "${tag}", which no job has: there are ${knownTags.join(', ')}`);
    }
    levels.set(tag, severityOf[level]);
  }
  return levels;
}

/** The base address alone decides whether anything is sent; an address for one signal replaces that signal's own. */
function readOtlpUrls(env: Env): OtlpUrls | undefined {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!base) return undefined;
  if (!URL.canParse(base) || !/^https?:/.test(base)) {
    throw new Error(
      `OTEL_EXPORTER_OTLP_ENDPOINT is "${base}": set it to the Collector's HTTP address, http://host:4318`,
    );
  }
  const root = base.replace(/\/+$/, '');
  return {
    logs: env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT || `${root}/v1/logs`,
    traces: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || `${root}/v1/traces`,
    metrics: env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT || `${root}/v1/metrics`,
  };
}

function consoleStyle(format: string, terminal: boolean, env: Env): ConsoleStyle {
  // https://no-color.org and https://force-color.org: any value but the empty one counts, and no colour wins.
  const text: ConsoleStyle = (terminal || env.FORCE_COLOR) && !env.NO_COLOR ? 'colour' : 'plain';
  switch (format) {
    case 'auto':
      return terminal ? text : 'json';
    case 'text':
      return text;
    case 'json':
      return 'json';
    default:
      throw new Error(`LOG_FORMAT is "${format}": set it to auto, text or json`);
  }
}

import { SeverityNumber } from '@opentelemetry/api';
import type { ConsoleStyle } from './console-line.ts';

export type LogSettings = {
  minimumSeverity: SeverityNumber;
  style: ConsoleStyle;
  timeZone: string;
  /** Where OTLP log records go, or undefined for the console alone. */
  otlpLogsUrl: string | undefined;
};

const SEVERITIES: Record<string, SeverityNumber> = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warning: SeverityNumber.WARN,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

/**
 * Reads LOG_LEVEL, LOG_FORMAT, LOG_TIME_ZONE and OTEL_EXPORTER_OTLP_ENDPOINT. Throws an Error that says what is
 * allowed: a level that was meant but misspelt would hide the lines someone is looking for.
 */
export function readLogSettings(env: Record<string, string | undefined>, terminal: boolean): LogSettings {
  const level = (env.LOG_LEVEL || 'info').toLowerCase();
  const minimumSeverity = SEVERITIES[level];
  if (minimumSeverity === undefined) {
    throw new Error(`LOG_LEVEL is "${level}": set it to debug, info, warning or error`);
  }
  const timeZone = env.LOG_TIME_ZONE || 'Asia/Seoul';
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
  } catch {
    throw new Error(`LOG_TIME_ZONE is "${timeZone}": set it to an IANA time zone such as Asia/Seoul or UTC`);
  }
  const logsUrl = env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT;
  const baseUrl = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return {
    minimumSeverity,
    style: consoleStyle((env.LOG_FORMAT || 'auto').toLowerCase(), terminal, env),
    timeZone,
    otlpLogsUrl: logsUrl || (baseUrl ? `${baseUrl.replace(/\/+$/, '')}/v1/logs` : undefined),
  };
}

function consoleStyle(format: string, terminal: boolean, env: Record<string, string | undefined>): ConsoleStyle {
  // https://no-color.org: any value but the empty one turns colour off.
  const text: ConsoleStyle = terminal && !env.NO_COLOR ? 'colour' : 'plain';
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

import { SeverityNumber } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { readLogSettings } from './log-settings.ts';

test('without settings it is INFO in Seoul time, JSON off a terminal, and no OTLP', () => {
  expect(readLogSettings({}, false)).toEqual({
    minimumSeverity: SeverityNumber.INFO,
    style: 'json',
    timeZone: 'Asia/Seoul',
    otlpLogsUrl: undefined,
  });
});

test.each([
  ['auto', true, '', 'colour'],
  ['auto', true, '1', 'plain'],
  ['auto', false, '', 'json'],
  ['text', false, '', 'plain'],
  ['text', true, '', 'colour'],
  ['json', true, '', 'json'],
])('LOG_FORMAT=%s, terminal %s, NO_COLOR=%s gives %s', (format, terminal, noColor, style) => {
  expect(readLogSettings({ LOG_FORMAT: format, NO_COLOR: noColor }, terminal).style).toBe(style);
});

test('the logs path is added to the endpoint, and an endpoint for logs alone is taken as it is', () => {
  const url = (env: Record<string, string>) => readLogSettings(env, false).otlpLogsUrl;
  expect(url({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' })).toBe('http://collector:4318/v1/logs');
  expect(url({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://other/x' })).toBe('http://other/x');
});

test.each([
  [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL is "verbose": set it to debug, info, warning or error'],
  [{ LOG_FORMAT: 'xml' }, 'LOG_FORMAT is "xml": set it to auto, text or json'],
  [{ LOG_TIME_ZONE: 'Seoul' }, 'LOG_TIME_ZONE is "Seoul": set it to an IANA time zone such as Asia/Seoul or UTC'],
])('%o is refused with what is allowed', (env, message) => {
  expect(() => readLogSettings(env, false)).toThrow(message);
});

import { SeverityNumber } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { readLogSettings } from './log-settings.ts';

test('without settings it is INFO in Seoul time, JSON off a terminal, and no OTLP', () => {
  expect(readLogSettings({}, false)).toEqual({
    minimumSeverity: SeverityNumber.INFO,
    severityOfTag: new Map(),
    style: 'json',
    timeZone: 'Asia/Seoul',
    otlp: undefined,
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

test('FORCE_COLOR colours text that goes into a file, and NO_COLOR wins over it', () => {
  const style = (env: Record<string, string>) => readLogSettings({ LOG_FORMAT: 'text', ...env }, false).style;
  expect(style({ FORCE_COLOR: '1' })).toBe('colour');
  expect(style({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe('plain');
});

test('the endpoint alone decides whether anything is sent, and an address for one signal replaces its own', () => {
  const otlp = (env: Record<string, string>) => readLogSettings(env, false).otlp;
  expect(otlp({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://other/x' })).toBeUndefined();
  expect(
    otlp({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' }),
  ).toEqual({
    logs: 'http://collector:4318/v1/logs',
    traces: 'http://t/x',
    metrics: 'http://collector:4318/v1/metrics',
  });
});

test('a tag may have a level of its own, above or below the others', () => {
  const { severityOfTag } = readLogSettings({ LOG_LEVEL_TAGS: 'QUEUE_REBAL=debug, PRICE_CACHE=WARNING,' }, false);
  expect([...severityOfTag]).toEqual([
    ['QUEUE_REBAL', SeverityNumber.DEBUG],
    ['PRICE_CACHE', SeverityNumber.WARN],
  ]);
});

test('a level for a tag no job has is refused with the tags there are', () => {
  expect(() => readLogSettings({ LOG_LEVEL_TAGS: 'QUEUE=debug' }, false, ['QUEUE_REBAL', 'PNL_CALC'])).toThrow(
    'LOG_LEVEL_TAGS names the tag "QUEUE", which no job has: there are QUEUE_REBAL, PNL_CALC',
  );
});

test.each([
  [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL is "verbose": set it to debug, info, warning or error'],
  [{ LOG_LEVEL_TAGS: 'QUEUE_REBAL:debug' }, 'LOG_LEVEL_TAGS holds "QUEUE_REBAL:debug": write TAG=level'],
  [{ LOG_LEVEL_TAGS: 'QUEUE_REBAL=all' }, 'LOG_LEVEL_TAGS holds "QUEUE_REBAL=all": write TAG=level'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, "set it to the Collector's HTTP address, http://host:4318"],
  [{ LOG_FORMAT: 'xml' }, 'LOG_FORMAT is "xml": set it to auto, text or json'],
  [{ LOG_TIME_ZONE: 'Seoul' }, 'LOG_TIME_ZONE is "Seoul": set it to an IANA time zone such as Asia/Seoul or UTC'],
])('%o is refused with what is allowed', (env, message) => {
  expect(() => readLogSettings(env, false)).toThrow(message);
});

import type { ExportResult } from '@opentelemetry/core';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bindProvider } from './bound-provider.ts';
import { reportDroppedRecords } from './dropped-records.ts';
import { OtlpLogSink } from './otlp-log-sink.ts';
import { captureLogs, logInto } from './testing.ts';

type Answer = () => ExportResult;
const accepts: Answer = () => ({ code: 0 });
const away: Answer = () => ({ code: 1, error: new Error('connect ECONNREFUSED') });
const refuses: Answer = () => ({ code: 1, error: Object.assign(new Error('Bad Request'), { code: 400 }) });

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  bindProvider(undefined);
});

/** A sink on an exporter that answers as `answer` says at the moment, and a way to write into it. */
function sinkOn(answer: { now: Answer }, maxWaiting = 10) {
  const received: unknown[] = [];
  const exporter = {
    export(records: ReadableLogRecord[], done: (result: ExportResult) => void) {
      const result = answer.now();
      if (result.code === 0) received.push(...records.map((record) => record.body));
      done(result);
    },
    async forceFlush() {},
    async shutdown() {},
  };
  const sink = new OtlpLogSink({ exporter, maxWaiting, retryAfterMs: 2_000 });
  const logger = new LoggerProvider({ processors: [sink] }).getLogger('test');
  return { sink, received, write: (body: string) => logger.emit({ body }) };
}

test('records written while the Collector is away arrive in order when it is back', async () => {
  const answer = { now: away };
  const { sink, received, write } = sinkOn(answer);
  for (const body of ['1', '2', '3']) write(body);
  await vi.advanceTimersByTimeAsync(60_000);
  write('4');
  expect(sink).toMatchObject({ waiting: 4, dropped: 0 });
  answer.now = accepts;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(received).toEqual(['1', '2', '3', '4']);
  expect(sink).toMatchObject({ waiting: 0, dropped: 0 });
});

test('what does not fit is dropped and counted, the newest first', async () => {
  const answer = { now: away };
  const { sink, received, write } = sinkOn(answer, 3);
  for (const body of ['1', '2', '3', '4', '5']) write(body);
  expect(sink).toMatchObject({ waiting: 3, dropped: 2 });
  answer.now = accepts;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(received).toEqual(['1', '2', '3']);
});

test('a batch the Collector refuses is not sent for ever, and counts as dropped', async () => {
  const { sink, write } = sinkOn({ now: refuses });
  write('1');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(sink).toMatchObject({ waiting: 0, dropped: 1 });
});

test('a stop tries each batch once more and counts what did not go', async () => {
  const { sink, write } = sinkOn({ now: away });
  write('1');
  await vi.advanceTimersByTimeAsync(5_000);
  write('2');
  await sink.shutdown();
  expect(sink).toMatchObject({ waiting: 0, dropped: 2 });
});

test('dropped records are told of once a minute while it happens, with their number', async () => {
  using logs = captureLogs();
  const { sink, write } = sinkOn({ now: away }, 1);
  const reports = reportDroppedRecords(sink);
  for (let second = 0; second < 180; second += 1) {
    // Nothing is dropped in the third minute.
    if (second < 120) write('x');
    await vi.advanceTimersByTimeAsync(1_000);
  }
  reports.stop();
  expect(logs.records.map(({ level, attributes }) => ({ level, ...attributes }))).toEqual([
    { level: 'WARNING', dropped: 59 },
    { level: 'WARNING', dropped: 60 },
  ]);
});

test('a Collector that is back learns how many were dropped, also where the lines that told of it were among them', async () => {
  const answer = { now: away };
  const { sink, received, write } = sinkOn(answer, 1);
  const logging = logInto(sink);
  const reports = reportDroppedRecords(sink);
  for (let second = 0; second < 125; second += 1) {
    write('x');
    await vi.advanceTimersByTimeAsync(1_000);
  }
  answer.now = accepts;
  await vi.advanceTimersByTimeAsync(120_000);
  reports.stop();
  logging.stop();
  // 125 were written, one had room; and two lines told of it in vain.
  expect(sink.dropped).toBe(126);
  expect(received).toEqual(['x', expect.stringMatching(/^126 log records were dropped/)]);
});

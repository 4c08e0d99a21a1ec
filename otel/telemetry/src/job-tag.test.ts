import { setImmediate as nextTurn } from 'node:timers/promises';
import { logs as legacyLogs } from '@opentelemetry/api-logs';
import { expect, test } from 'vitest';
import { captureContext, runInContext } from './context-carrier.ts';
import { currentJobTag, runWithJobTag, withJobTag, withoutJobContext } from './job-tag.ts';
import { getLogger } from './logger.ts';
import { captureLogs } from './testing.ts';

const log = getLogger('made before anything was started');

test('every record inside a job carries its tag, however deep, awaited or parallel', async () => {
  using logs = captureLogs();
  await runWithJobTag('AUTO_REBAL', async () => {
    log.info('at once');
    await nextTurn();
    log.info('awaited');
    await Promise.all([1, 2].map(async () => nextTurn().then(() => log.info('parallel'))));
    await new Promise<void>((resolve) => setTimeout(() => resolve(log.info('timer')), 1));
  });
  expect(logs.records.map((record) => record.tag)).toEqual(Array(5).fill('AUTO_REBAL'));
});

test('the tag is gone after the job, also when the job throws', async () => {
  using logs = captureLogs();
  expect(() =>
    runWithJobTag('A', () => {
      throw new Error('x');
    }),
  ).toThrow('x');
  await expect(runWithJobTag('A', async () => Promise.reject(new Error('y')))).rejects.toThrow('y');
  expect(currentJobTag()).toBeUndefined();
  log.info('after');
  expect(logs.records[0]!.tag).toBeUndefined();
});

test('a hundred jobs at once never mix their tags', async () => {
  using logs = captureLogs();
  const names = Array.from({ length: 100 }, (_, index) => `JOB_${index}`);
  await Promise.all(
    names.map((name) =>
      runWithJobTag(name, async () => {
        for (let turn = 0; turn < 5; turn += 1) {
          await nextTurn();
          log.info(name);
        }
      }),
    ),
  );
  expect(logs.records).toHaveLength(500);
  expect(logs.records.every((record) => record.tag === record.message)).toBe(true);
});

test('a job inside a job has its own tag, and the outer one is back afterwards', () => {
  runWithJobTag('OUTER', () => {
    runWithJobTag('INNER', () => expect(currentJobTag()).toBe('INNER'));
    expect(currentJobTag()).toBe('OUTER');
  });
});

test('a wrapped function keeps its name, its length, this, its arguments and its result', async () => {
  const counter = {
    total: 10,
    add: withJobTag('A', function add(this: { total: number }, a: number, b: number) {
      return { sum: this.total + a + b, tag: currentJobTag() };
    }),
  };
  expect(counter.add(1, 2)).toEqual({ sum: 13, tag: 'A' });
  expect(counter.add.name).toBe('add');
  expect(counter.add.length).toBe(2);
  const wrapped = withJobTag('B', async (text: string) => `${text} ${currentJobTag()}`);
  expect(await wrapped('in')).toBe('in B');
});

test('a captured context goes on elsewhere with its tag and with nothing of the place it goes on in', () => {
  const carrier = runWithJobTag('QUEUE_REBAL', captureContext);
  expect(JSON.parse(JSON.stringify(carrier))).toEqual({ baggage: 'job.tag=QUEUE_REBAL' });
  runWithJobTag('OTHER', () => {
    expect(runInContext(carrier, currentJobTag)).toBe('QUEUE_REBAL');
    expect(runInContext({}, currentJobTag)).toBeUndefined();
    expect(runInContext({ traceparent: null, baggage: null }, currentJobTag)).toBeUndefined();
  });
});

test('at an edge no baggage goes through, neither in nor out', () => {
  runWithJobTag('A', () => {
    expect(withoutJobContext(currentJobTag)).toBeUndefined();
    expect(withoutJobContext(captureContext)).toEqual({});
  });
});

test('a record of a library that knows only the older Logs API is tagged too', () => {
  using logs = captureLogs();
  runWithJobTag('A', () => legacyLogs.getLogger('library').emit({ body: 'from a library' }));
  expect(logs.records).toMatchObject([{ message: 'from a library', tag: 'A', module: 'library' }]);
});

test('a capture ends what it collects and gives loggers back to what was there before', () => {
  const outer = captureLogs();
  const inner = captureLogs();
  log.info('inner');
  inner.stop();
  log.info('outer');
  outer.stop();
  log.info('nowhere');
  expect(inner.records.map((record) => record.message)).toEqual(['inner']);
  expect(outer.records.map((record) => record.message)).toEqual(['outer']);
});

test('reading the tag costs under a microsecond', () => {
  const rounds = 20_000;
  const measure = () => {
    const began = performance.now();
    for (let round = 0; round < rounds; round += 1) currentJobTag();
    return ((performance.now() - began) * 1_000) / rounds;
  };
  // The best of several, since other work on the machine only ever adds.
  const microseconds = runWithJobTag('A', () => Math.min(...Array.from({ length: 5 }, measure)));
  expect(microseconds).toBeLessThan(1);
});

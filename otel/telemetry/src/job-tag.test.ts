import { EventEmitter } from 'node:events';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
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

test('10,000 jobs at once, each waiting at random, never write a record with another tag', async () => {
  using logs = captureLogs();
  // Every way to wait has its own way through the event loop.
  const waits = [
    () => nextTurn(),
    () => Promise.resolve(),
    () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 20)),
    () => new Promise<void>((resolve) => process.nextTick(resolve)),
    () => new Promise<void>((resolve) => queueMicrotask(resolve)),
  ];
  await Promise.all(
    Array.from({ length: 10_000 }, (_, index) =>
      runWithJobTag(`JOB_${index}`, async () => {
        for (let turn = 0; turn < 4; turn += 1) {
          await waits[Math.floor(Math.random() * waits.length)]!();
          log.info(`JOB_${index}`);
        }
      }),
    ),
  );
  expect(logs.records).toHaveLength(40_000);
  expect(logs.records.filter(({ tag, message }) => tag !== message)).toEqual([]);
});

test('streams, events and timers of a job carry its tag, and what was there before the job does not', async () => {
  using logs = captureLogs();
  const outside = new EventEmitter();
  // A listener is called in the context of whoever emits: what the job triggers is the job's work.
  outside.on('ping', () => log.info('listener'));
  const idle = setInterval(() => log.info('outside'), 1);
  await runWithJobTag('A', async () => {
    const upper = new Transform({
      transform(chunk, _encoding, done) {
        log.info('transform');
        setImmediate(() => done(null, String(chunk).toUpperCase()));
      },
    });
    await pipeline(Readable.from(['a', 'b']), upper, async (source) => {
      for await (const _ of source) log.info('sink');
    });
    outside.emit('ping');
    await new Promise<void>((resolve) => {
      let ticks = 0;
      const timer = setInterval(() => {
        log.info('interval');
        ticks += 1;
        if (ticks < 3) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
  });
  clearInterval(idle);
  const tagsOf = (message: string) => new Set(logs.records.filter((r) => r.message === message).map((r) => r.tag));
  for (const message of ['transform', 'sink', 'listener', 'interval']) {
    expect([message, ...tagsOf(message)]).toEqual([message, 'A']);
  }
  expect([...tagsOf('outside')]).toEqual([undefined]);
});

test('what a thrown error leads to is logged under the tag of the job that threw', async () => {
  using logs = captureLogs();
  const failing = withJobTag('A', async () => {
    try {
      await nextTurn();
      throw new Error('inside');
    } catch (error) {
      log.error('caught inside', error);
      throw error;
    } finally {
      log.info('cleaned up');
    }
  });
  await failing().catch((error: unknown) => log.error('caught outside', error));
  expect(logs.records.map(({ message, tag }) => [message, tag])).toEqual([
    ['caught inside', 'A'],
    ['cleaned up', 'A'],
    ['caught outside', undefined],
  ]);
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

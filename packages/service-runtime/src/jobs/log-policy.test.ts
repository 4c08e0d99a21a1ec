import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type JobDefinition, jobCatalogue } from '@sluice/contracts';
import { captureLogs, logInto } from '@sluice/telemetry/testing';
import { expect, test } from 'vitest';
import { jobFile } from './job-file.ts';
import { isSummarised, levelOfRun, tellOfRun } from './log-policy.ts';
import type { RunRecord, RunStored } from './run-record.ts';

const job = (id: string): JobDefinition => jobCatalogue.find((one) => one.id === id)!;

test.each([
  ['queue_rebalancer', 'idle', false, 'none'],
  ['queue_rebalancer', 'idle', true, 'info'],
  ['queue_rebalancer', 'changed', false, 'info'],
  ['queue_rebalancer', 'failed', false, 'error'],
  ['queue_rebalancer', 'aborted', false, 'none'],
  ['update_open_orders', 'idle', false, 'debug'],
  ['update_open_orders', 'changed', false, 'info'],
  // Stored data, refreshed every 31 s, every 317 s and once a day.
  ['price_cache', 'changed', false, 'debug'],
  ['price_cache', 'changed', true, 'info'],
  ['market_info', 'idle', false, 'info'],
  ['precision_cache', 'changed', false, 'info'],
  ['precision_cache', 'idle', false, 'info'],
  ['send_daily_summary', 'changed', false, 'info'],
] as const)('a run of %s that is %s (first of its process: %s) is told of as %s', (id, outcome, first, level) => {
  expect(levelOfRun(job(id), outcome, first)).toBe(level);
});

test('what runs more often than every ten minutes has a summary', () => {
  const summarised = jobCatalogue.filter(isSummarised).map(({ id }) => id);
  expect(summarised).toEqual([
    'market_info',
    'price_cache',
    'update_open_orders',
    'update_positions',
    'queue_rebalancer',
    'release_stale_processing',
    'websocket_health_monitor',
  ]);
});

const startedAt = new Date('2026-01-01T00:00:00Z');
const record: RunRecord = {
  jobId: 'queue_rebalancer',
  slot: startedAt,
  replica: 'a',
  startedAt,
  endedAt: new Date(startedAt.getTime() + 4),
  outcome: 'idle',
  counts: undefined,
  error: undefined,
};
const stored: RunStored = { runs: 300, failures: 1, missed: 2, summaryDue: true };
const read = {
  facts: async () => ({ text: '2 active accounts', counts: { accounts: 2 } }),
  memoryMb: async () => ({ 'order-queue a': 101 }),
};

test('a summary says what the job found, its runs over all replicas, and the memory of each', async () => {
  using logs = captureLogs();
  await tellOfRun(
    job('queue_rebalancer'),
    { record, summary: undefined, error: undefined, first: false, stored, missedBefore: 0 },
    read,
  );
  expect(logs.records).toEqual([
    {
      level: 'INFO',
      module: 'job_summary',
      message: 'Queue rebalancer: 2 active accounts; 300 runs, 1 failed, 2 missed; order-queue a 101 MB',
      tag: undefined,
      attributes: {
        'event.name': 'job_summary',
        'job.id': 'queue_rebalancer',
        runs: 300,
        failures: 1,
        missed: 2,
        duration_ms: 4,
        counts: { accounts: 2 },
        memory: ['order-queue a 101 MB'],
      },
    },
  ]);
});

test('a first run tells what it found in one line, and no summary beside it', async () => {
  using logs = captureLogs();
  const run = { record, summary: 'nothing waits', error: undefined, first: true, stored, missedBefore: 0 };
  await tellOfRun(job('queue_rebalancer'), run, read);
  expect(logs.records.map(({ message }) => message)).toEqual(['Queue rebalancer: nothing waits']);
});

test('a run whose record was lost is told of all the same', async () => {
  using logs = captureLogs();
  const failed: RunRecord = { ...record, outcome: 'failed', error: 'lost' };
  const run = {
    record: failed,
    summary: undefined,
    error: new TypeError('lost'),
    first: false,
    stored: undefined,
    missedBefore: 0,
  };
  await tellOfRun(job('queue_rebalancer'), run, read);
  expect(logs.records).toMatchObject([
    { level: 'ERROR', message: 'queue_rebalancer failed: lost', attributes: { 'exception.type': 'TypeError' } },
  ]);
});

test('the record of a run names the file of its job, and no line', async () => {
  const places: unknown[] = [];
  const logging = logInto({
    onEmit: ({ attributes }) => void places.push([attributes['code.file.path'], attributes['code.line.number']]),
    forceFlush: async () => {},
    shutdown: async () => {},
  });
  const changed: RunRecord = { ...record, outcome: 'changed' };
  await tellOfRun(
    job('queue_rebalancer'),
    { record: changed, summary: undefined, error: undefined, first: false, stored, missedBefore: 0 },
    read,
  );
  logging.stop();
  const file = 'services/order-queue/src/jobs/queue-rebalancer.ts';
  expect(places).toEqual([
    [file, undefined],
    [file, undefined],
  ]);
});

test('the files of jobs are found, and a job without one of its name has none', () => {
  for (const id of ['precision_cache', 'symbol_validator', 'market_info', 'price_cache', 'update_open_orders']) {
    expect(jobFile(job(id)), id).toMatch(/^services\/(market-data|order-queue)\/src\/jobs\/[a-z-]+\.ts$/);
  }
  expect(jobFile({ id: 'nowhere', service: 'order-queue' })).toBeUndefined();
});

test('no file of a job writes INFO past the policy: what a run did is said by its outcome', () => {
  const services = new URL('../../../../services/', import.meta.url);
  const files = globSync('*/src/jobs/*.ts', { cwd: fileURLToPath(services) }).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  expect(files.length).toBeGreaterThan(jobCatalogue.length);
  const loud = files.filter((file) => /\blog\.info\(/.test(readFileSync(new URL(file, services), 'utf8')));
  // The end of a warning that this job has begun, told once.
  expect(loud).toEqual(['market-data/src/jobs/watch-stale-prices.ts']);
});

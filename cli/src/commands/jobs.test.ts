import type { SchedulerStatus } from '@sluice/service-runtime';
import { expect, test } from 'vitest';
import { formatJobs } from './jobs.ts';
import { tellOfRun } from './run-job.ts';

const job: SchedulerStatus['jobs'][number] = {
  id: 'price_cache',
  aliases: ['update_price_cache'],
  name: 'Price cache',
  tag: 'PRICE_CACHE',
  service: 'market-data',
  next_run: '2025-10-10T08:34:30+09:00',
  trigger: 'interval[0:00:31]',
  planned: false,
  last_run: '2025-10-10T08:33:59+09:00',
  last_duration_ms: 120,
  last_outcome: 'changed',
  last_error: null,
  last_replica: 'a',
  missed: 2,
  runs: 9,
  failures: 0,
};

test('the jobs are a table with their next and last runs, and a service that is down is named', () => {
  const planned = {
    ...job,
    id: 'update_positions',
    planned: true,
    last_run: null,
    last_duration_ms: null,
    last_outcome: null,
  };
  const services = [
    { service: 'market-data', running: true, replicas: 1, last_heartbeat: '2025-10-10T08:34:28+09:00' },
    { service: 'order-queue', running: false, replicas: 0, last_heartbeat: '2025-10-10T07:00:00+09:00' },
  ];
  expect(formatJobs({ running: false, time_zone: 'Asia/Seoul', services, jobs: [job, planned] })).toEqual([
    'JOB               SERVICE      TRIGGER            NEXT RUN             LAST RUN             TOOK    OUTCOME  MISSED',
    'price_cache       market-data  interval[0:00:31]  2025-10-10 08:34:30  2025-10-10 08:33:59  120 ms  changed  2',
    'update_positions  market-data  interval[0:00:31]  planned only         -                    -       -        -',
    '',
    'Times in Asia/Seoul.',
    'order-queue is not running (last heard of 2025-10-10 07:00:00): its jobs wait.',
  ]);
});

const run = { success: true, job_id: 'price_cache', replica: 'a', duration_ms: 4 };
test.each([
  [
    { ...run, outcome: 'changed', counts: { prices: 3 }, summary: 'all read' },
    'price_cache did something in 4 ms on a: all read; prices 3',
  ],
  [{ ...run, outcome: 'idle' }, 'price_cache found nothing to do in 4 ms on a'],
  [{ ...run, success: false, outcome: 'aborted' }, 'price_cache was aborted in 4 ms on a'],
  [
    { success: false, job_id: 'price_cache', outcome: 'failed', error: 'no such market' },
    'price_cache failed: no such market',
  ],
  [{ success: true, job_id: 'price_cache', outcome: 'skipped', replica: 'a' }, 'price_cache: there was nothing to run'],
])('%j is told in words', (ended, text) => {
  expect(tellOfRun(ended)).toBe(text);
});

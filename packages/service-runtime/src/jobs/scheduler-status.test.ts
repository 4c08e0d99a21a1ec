import { jobCatalogue } from '@sluice/contracts';
import { expect, test } from 'vitest';
import { composeStatus, type StoredJob } from './scheduler-status.ts';

const schedules = { timeZone: 'Asia/Seoul', jobs: [...jobCatalogue] };
const now = Date.parse('2025-10-10T08:34:29.400+09:00');
const beat = (service: string, replicas = 1) => ({ service, replicas, lastBeat: new Date(now - 1_000) });
const all = [...new Set(jobCatalogue.filter((job) => !('planned' in job)).map(({ service }) => service))];
const up = all.map((service) => beat(service, 2));
const at = (clock: string) => new Date(`2025-10-10T${clock}+09:00`);

const tick: StoredJob = {
  id: 'queue_rebalancer',
  since: at('08:00:00'),
  takenSlot: at('08:34:29'),
  lastSlot: at('08:34:28'),
  startedAt: at('08:34:28.017'),
  endedAt: at('08:34:28.020'),
  outcome: 'idle',
  error: null,
  replica: 'a',
  runs: 2_000,
  failures: 1,
  missed: 3,
};
const job = (id: string, stored: StoredJob[] = [], nowMs = now) =>
  composeStatus(schedules, stored, up, nowMs).jobs.find((one) => one.id === id)!;

test('a job is shown as its clients know it', () => {
  expect(job('queue_rebalancer', [tick])).toEqual({
    id: 'queue_rebalancer',
    aliases: ['rebalance_order_queue'],
    name: 'Queue rebalancer',
    tag: 'QUEUE_REBAL',
    service: 'order-queue',
    next_run: '2025-10-10T08:34:30+09:00',
    trigger: 'interval[0:00:01]',
    planned: false,
    last_run: '2025-10-10T08:34:28+09:00',
    last_duration_ms: 3,
    last_outcome: 'idle',
    last_error: null,
    last_replica: 'a',
    missed: 3,
    runs: 2_000,
    failures: 1,
  });
});

test('every job of the catalogue is there, also one that is planned only and one that never ran', () => {
  const { jobs } = composeStatus(schedules, [], up, now);
  expect(jobs.map(({ id }) => id)).toEqual(jobCatalogue.map(({ id }) => id));
  expect(jobs.filter(({ planned }) => planned).map(({ id }) => id)).toEqual(
    jobCatalogue.filter((one) => 'planned' in one).map(({ id }) => id),
  );
  expect(job('send_daily_summary')).toMatchObject({
    next_run: '2025-10-10T21:03:00+09:00',
    trigger: "cron[hour='21', minute='3']",
    last_run: null,
    last_outcome: null,
    missed: 0,
  });
});

test('it runs when every service with a job has a live replica, and not when one has none', () => {
  expect(composeStatus(schedules, [], up, now).running).toBe(true);
  const down = composeStatus(
    schedules,
    [],
    up.map((one) => (one.service === 'order-queue' ? { ...one, replicas: 0 } : one)),
    now,
  );
  expect(down.running).toBe(false);
  expect(down.services.find(({ service }) => service === 'order-queue')).toEqual({
    service: 'order-queue',
    running: false,
    replicas: 0,
    last_heartbeat: '2025-10-10T08:34:28+09:00',
  });
  const never = composeStatus(schedules, [], up.slice(1), now);
  expect(never.running).toBe(false);
  expect(never.services.find(({ service }) => service === all[0])).toMatchObject({
    running: false,
    last_heartbeat: null,
  });
});

test('slots that go by while a service is down count as missed before anybody runs again', () => {
  const stopped = { ...tick, takenSlot: at('08:34:19'), lastSlot: at('08:34:19') };
  // 20 to 26: the newest that must have begun, 27, may still be under way.
  expect(job('queue_rebalancer', [stopped]).missed).toBe(3 + 7);
  // The run under way took 25 s so far: the slots after its own are missed, its own is not.
  expect(job('queue_rebalancer', [{ ...tick, takenSlot: at('08:34:04') }]).missed).toBe(3);
});

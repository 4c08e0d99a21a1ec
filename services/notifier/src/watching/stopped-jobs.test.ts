import type { JobDefinition } from '@sluice/contracts';
import { expect, test } from 'vitest';
import { stoppedJobs } from './stopped-jobs.ts';

const T = Date.parse('2025-10-23T00:00:00Z');
const at = (seconds: number) => new Date(T + seconds * 1_000);
const job = (id: string, change: Partial<JobDefinition> = {}): JobDefinition => ({
  ...{ id, aliases: [], tag: 'T', service: 'order-queue', trigger: { kind: 'interval', seconds: 1 }, atStart: false },
  ...{ expireInSeconds: 5, title: '', what: '' },
  ...change,
});
const stoppedAt = (one: JobDefinition, lastRun: Date | null, seconds: number) =>
  stoppedJobs([one], [{ id: one.id, since: at(-100_000), lastRun }], 'UTC', T + seconds * 1_000).length > 0;

test('the tick of every second is missed after a minute and its own bound', () => {
  expect(stoppedAt(job('tick'), at(0), 65)).toBe(false);
  expect(stoppedAt(job('tick'), at(0), 68)).toBe(true);
});

test('a job of five minutes is missed after three periods, a daily one a quarter of an hour after its time', () => {
  const often = job('often', { trigger: { kind: 'interval', seconds: 300 } });
  expect([900, 915].map((seconds) => stoppedAt(often, at(0), seconds))).toEqual([false, true]);
  const daily = job('daily', { trigger: { kind: 'cron', hour: 21, minute: 3 } });
  const due = 21 * 3_600 + 180;
  expect([due, due + 900, due + 920].map((seconds) => stoppedAt(daily, at(-1_000), seconds))).toEqual([
    false,
    false,
    true,
  ]);
});

test('a job that is planned only, or that no process has ever scheduled, is not missed', () => {
  expect(stoppedAt(job('planned', { planned: true }), null, 9_000)).toBe(false);
  expect(stoppedJobs([job('new')], [], 'UTC', T)).toEqual([]);
  expect(stoppedJobs([job('new')], [{ id: 'new', since: null, lastRun: at(0) }], 'UTC', T + 9_000_000)).toEqual([]);
});

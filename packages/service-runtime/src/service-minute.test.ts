import { runWithJobTag } from '@sluice/telemetry';
import { captureLogs } from '@sluice/telemetry/testing';
import { expect, test } from 'vitest';
import { startServiceMinute } from './service-minute.ts';

test('a process tells of its memory, its event loop and its connections, outside any job', async () => {
  using logs = captureLogs();
  const minute = runWithJobTag('A', () => startServiceMinute({ replica: 'a', ready: () => true, everyMs: 60 }));
  await new Promise((resolve) => setTimeout(resolve, 30));
  const until = performance.now() + 80;
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 50));
  minute.stop();
  const written = logs.records.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(logs.records).toHaveLength(written);
  const [first] = logs.records;
  expect(first).toMatchObject({ level: 'INFO', module: 'service', tag: undefined });
  expect(first!.attributes).toMatchObject({ 'event.name': 'service', replica: 'a', ready: true, conflicts: 0 });
  expect(first!.attributes.memory_mb).toBeGreaterThan(10);
  expect(first!.attributes.loop_delay_p99_ms).toBeGreaterThan(20);
});

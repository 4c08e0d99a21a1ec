import { expect, test } from 'vitest';
import { dockerRun } from './launch-service.ts';

test('a container is told the names of its variables and no value, and has no more rights than a pod of the chart', () => {
  const told = dockerRun('sluice:1', 'one', 'order-queue', { PORT: '20001', MAIN_KEY: 'demo-key', ABSENT: undefined });
  const line = told.join(' ');
  expect(line).toContain('--env PORT --env MAIN_KEY sluice:1');
  expect(line).not.toMatch(/demo-key|20001|ABSENT/);
  expect(line).toMatch(/--read-only .*--cap-drop ALL .*no-new-privileges/);
  expect(told.at(-1)).toBe('services/order-queue/src/main.ts');
});

import type { Listener } from '@sluice/service-runtime';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { createConfigurationCache } from './configuration-cache.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
});

afterEach(async () => {
  await queue.end();
});

test('what follows from a configuration is tried until it succeeds, and then no more', async () => {
  const listener = { subscribe: () => () => {} } as unknown as Listener;
  const cache = await createConfigurationCache(queue.sql, listener);
  const followed: number[] = [];
  cache.onChange(async ({ revision }) => {
    followed.push(revision);
    if (followed.length < 3) throw new Error('the store was away');
  });
  await queue.sql`update config.installation set revision = 2`;
  for (let look = 0; look < 5; look += 1) await cache.refresh();
  cache.stop();
  expect(followed).toEqual([2, 2, 2]);
});

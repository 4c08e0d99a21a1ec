import { createHash } from 'node:crypto';
import type { Listener, SqlOrTx } from '@sluice/service-runtime';
import { expect, test } from 'vitest';
import type { StrategyRow } from '../db/read-strategies.ts';
import { startStrategyDirectory } from './strategy-directory.ts';

const listener: Listener = { subscribe: () => () => {}, onReconnect: () => () => {}, close: async () => {} };
const strategy = (name: string): StrategyRow => ({
  name,
  tokenHash: createHash('sha256').update(`${name}-token`).digest('hex'),
  venues: [],
});

/** A store whose answers the test lets go. */
function startDirectory() {
  const store = { rows: [] as StrategyRow[], reads: 0, answer: Promise.resolve() };
  const sql = (async (text: TemplateStringsArray) => {
    if (!text.join('').includes('config.strategy s')) return [];
    store.reads += 1;
    const rows = store.rows;
    await store.answer;
    return rows;
  }) as unknown as SqlOrTx;
  return { store, directory: startStrategyDirectory(sql, listener) };
}

test('a strategy that was configured a moment after the last look is not refused', async () => {
  const { store, directory } = startDirectory();
  await directory.refresh();
  store.rows = [strategy('s1')];
  expect(await directory.authenticate('s1', 's1-token')).toMatchObject({ name: 's1' });
  directory.stop();
});

test('a look that was under way when the strategy was configured does not refuse it', async () => {
  const { store, directory } = startDirectory();
  const held = Promise.withResolvers<void>();
  store.answer = held.promise;
  const before = directory.refresh();
  store.rows = [strategy('s1')];
  const found = directory.authenticate('s1', 's1-token');
  held.resolve();
  await before;
  expect(await found).toMatchObject({ name: 's1' });
  directory.stop();
});

test('a flood of wrong tokens costs two looks at most', async () => {
  const { store, directory } = startDirectory();
  await directory.refresh();
  store.reads = 0;
  const refused = Array.from({ length: 500 }, (_, place) => directory.authenticate('s1', `guess ${place}`));
  expect(new Set(await Promise.all(refused))).toEqual(new Set([null]));
  expect(store.reads).toBeLessThanOrEqual(2);
  directory.stop();
});

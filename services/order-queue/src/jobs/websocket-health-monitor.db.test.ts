import { captureLogs } from '@sluice/telemetry/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { holdStreams, type StreamFacts } from '../db/account-streams.ts';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { websocketHealthMonitor } from './websocket-health-monitor.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
});

afterEach(async () => {
  await queue.end();
});

async function describeStream(changes: Partial<StreamFacts>, leaseMs = 8_000): Promise<void> {
  const quiet = { connectedSince: null, heardAt: null, eventAt: null, reconnects: 0, reason: null };
  await holdStreams(queue.sql, 'r1', [{ account: 'a1', state: 'connected', ...quiet, ...changes }], leaseMs);
}

async function check() {
  using logs = captureLogs();
  const { run } = websocketHealthMonitor({ sql: queue.sql, configuration: queue.configuration, lookAgainAfterMs: 0 });
  const log = { warn: (text: string, ...rest: unknown[]) => warnings.push([text, ...rest].join(' ')) };
  const warnings: string[] = [];
  const outcome = await run({ signal: new AbortController().signal, slot: new Date(), log: log as never });
  expect(logs.records).toEqual([]);
  return { ...outcome, warnings };
}

test('a stream that is connected and was lately heard is well', async () => {
  await describeStream({ heardAt: Date.now() });
  expect(await check()).toMatchObject({ changed: false, counts: { accounts: 1, down: 0 }, warnings: [] });
});

test('one that is not connected is told of once, with the reason, and again only when it is back', async () => {
  await describeStream({ state: 'lost', reason: 'connection refused' });
  const first = await check();
  expect(first.warnings).toEqual([expect.stringContaining('connection refused')]);
  expect((await check()).warnings).toEqual([]);
  await describeStream({ heardAt: Date.now() });
  expect(await check()).toMatchObject({ changed: true, counts: { down: 0, mended: 1 }, warnings: [] });
});

test('one that nobody holds is told of: its owner has died and nobody has taken it over', async () => {
  await describeStream({ heardAt: Date.now() }, -1);
  expect((await check()).warnings).toEqual([expect.stringContaining('no replica holds')]);
});

test('one that is held for connected and was not heard for long is made anew by its owner', async () => {
  await describeStream({ heardAt: Date.now() - 60_000 });
  expect((await check()).warnings).toEqual([expect.stringContaining('nothing was heard')]);
  const quiet = { connectedSince: null, heardAt: null, eventAt: null, reconnects: 0, reason: null };
  const held = await holdStreams(queue.sql, 'r1', [{ account: 'a1', state: 'connected', ...quiet }], 8_000);
  expect(held).toMatchObject([{ askedToReconnect: true }]);
});

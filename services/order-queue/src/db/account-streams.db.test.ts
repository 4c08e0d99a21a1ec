import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { askToReconnect, holdStreams, readStreamHealth, releaseStreams, type StreamFacts } from './account-streams.ts';

let queue: TestQueue;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
});

afterEach(async () => {
  await queue.end();
});

const facts = (account: string, changes: Partial<StreamFacts> = {}): StreamFacts => ({
  account,
  state: 'connected',
  connectedSince: Date.now(),
  heardAt: Date.now(),
  eventAt: null,
  reconnects: 0,
  reason: null,
  ...changes,
});

const hold = async (replica: string, accounts = ['a1', 'a2']) =>
  await holdStreams(
    queue.sql,
    replica,
    accounts.map((account) => facts(account)),
    8_000,
  );
const names = (held: { account: string }[]) => held.map(({ account }) => account);

test('an account has one owner at a time, however many replicas ask at once', async () => {
  const asked = await Promise.all(['r1', 'r2', 'r3', 'r4'].map((replica) => hold(replica)));
  expect(asked.flatMap(names).sort()).toEqual(['a1', 'a2']);
});

test('its owner renews it, and nobody else gets it before the lease has run out', async () => {
  expect(await hold('r1')).toMatchObject([{ isNew: true, takenFrom: null }, { isNew: true }]);
  expect(names(await hold('r2'))).toEqual([]);
  expect(await hold('r1')).toMatchObject([{ isNew: false }, { isNew: false }]);
  await queue.sql`update orders.account_stream set lease_until = now() - interval '1 ms' where account = 'a2'`;
  expect(await hold('r2')).toMatchObject([{ account: 'a2', isNew: true, takenFrom: 'r1' }]);
  // The owner that had stalled learns of it.
  expect(names(await hold('r1'))).toEqual(['a1']);
});

test('what is given back is free at once', async () => {
  await hold('r1');
  await releaseStreams(queue.sql, 'r1', ['a1']);
  expect(await hold('r2')).toMatchObject([{ account: 'a1', takenFrom: null }]);
});

test('reconnects add up over owners, and the last event outlives a take-over', async () => {
  const at = Date.now() - 60_000;
  await holdStreams(queue.sql, 'r1', [facts('a1', { reconnects: 2, eventAt: at, reason: 'cut' })], 0);
  await holdStreams(queue.sql, 'r2', [facts('a1', { reconnects: 1 })], 8_000);
  const [row] = await queue.sql`select owner, reconnects, event_at, reason from orders.account_stream`;
  expect(row).toEqual({ owner: 'r2', reconnects: 3, event_at: new Date(at), reason: 'cut' });
});

test('the owner of a stream that was found silent is asked once to connect anew', async () => {
  await hold('r1', ['a1']);
  await askToReconnect(queue.sql, 'a1', 'silent');
  expect(await readStreamHealth(queue.sql, ['a1'])).toMatchObject([{ connected: false, held: true, reason: 'silent' }]);
  expect(await hold('r1', ['a1'])).toMatchObject([{ askedToReconnect: true }]);
  expect(await hold('r1', ['a1'])).toMatchObject([{ askedToReconnect: false }]);
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { claimIssue, dropToken, endIssue, writeToken } from '../db/access-tokens.ts';
import { securitiesTokenRefresh } from '../jobs/securities-token-refresh.ts';
import { MissingKeys } from '../sending/account-keys.ts';
import { requireSealingKey } from '../sending/exchanges.ts';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { sealingKey } from './sealed-token.ts';
import { TokenBroker } from './token-broker.ts';

const HOUR = 3_600_000;
const key = sealingKey(Buffer.alloc(32, 7).toString('base64'));
const credentials = { apiKey: 'demo-app', secret: 'demo-app-secret' };

let queue: TestQueue;
let server: Server;
let endpoint: string;
let asked: number;
let clock: number;
/** What the venue answers: a token of that name, or a refusal. */
let answer: () => { status: number; body: object };

beforeAll(async () => {
  server = createServer((_, response) => {
    asked += 1;
    const { status, body } = answer();
    // Long enough that all who want a token at once have asked.
    setTimeout(() => response.writeHead(status).end(JSON.stringify(body)), 30);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  queue = await createTestQueue(inject('databaseUrl'));
});
afterAll(async () => {
  server.close();
  await queue.end();
});

beforeEach(async () => {
  await queue.sql`delete from orders.access_token`;
  asked = 0;
  clock = Date.now();
  answer = () => issued(`token-${asked}`);
});

const issued = (token: string) => ({ status: 200, body: { access_token: token, expires_in: 86_400 } });
const issue = () => ({ venue: 'kis', credentials, endpoint }) as const;
const broker = (more: { everyMs?: number; key?: typeof key | null } = {}) =>
  new TokenBroker({ sql: queue.sql, key, now: () => clock, everyMs: 0, ...more });

test('all replicas and requests that want a token at once share one, and it is nowhere in the clear', async () => {
  const replicas = [broker({ everyMs: 60_000 }), broker({ everyMs: 60_000 }), broker({ everyMs: 60_000 })];
  const tokens = await Promise.all([...replicas, ...replicas].map((one) => one.of(issue()).current()));
  expect(new Set(tokens)).toEqual(new Set(['token-1']));
  expect(asked).toBe(1);
  const [row] = await queue.sql`select t::text as text, encode(sealed, 'escape') as sealed from orders.access_token t`;
  expect(`${row!.text} ${row!.sealed}`).not.toMatch(/token-1|demo-app/);
});

test('a token is used until five minutes before its end, and renewed from six hours after it was issued', async () => {
  const [one, job] = [broker(), broker()];
  expect(await one.of(issue()).current()).toBe('token-1');
  clock += 6 * HOUR - 1_000;
  expect(await job.refresh(issue())).toBe('kept');
  clock += 1_000;
  expect(await job.refresh(issue())).toBe('renewed');
  expect(await job.refresh(issue())).toBe('kept');
  expect(await job.of(issue()).current()).toBe('token-2');
  // The first one is still good; its replica sees to the next and finds that there is one.
  expect(await one.of(issue()).current()).toBe('token-1');
  await expect.poll(() => one.of(issue()).current()).toBe('token-2');
  clock += 24 * HOUR - 299_000;
  expect(await one.of(issue()).current()).toBe('token-3');
  expect(asked).toBe(3);
});

test('the venue is asked once a minute at most, also after an answer that was lost', async () => {
  answer = () => ({ status: 403, body: { error_code: 'EGW00133', error_description: 'once a minute' } });
  const one = broker({ everyMs: 60_000 });
  await expect(one.of(issue()).current()).rejects.toMatchObject({ failure: { code: 'EGW00133', type: 'rate_limit' } });
  answer = () => issued('late');
  // Its own clock is ahead at once: nobody waits the whole of eight seconds here.
  const another = new TokenBroker({ sql: queue.sql, key, now: () => (clock += 5_000), everyMs: 60_000 });
  const failed = await another
    .of(issue())
    .current()
    .catch((error) => error);
  expect(failed.failure).toMatchObject({ type: 'rate_limit', action: 'retry', code: null });
  expect(failed.failure.retryAfterMs).toBeGreaterThan(50_000);
  expect(asked).toBe(1);
});

test('a refused token is given up once for all; the same one again is kept, whatever is said of it', async () => {
  const [one, other] = [broker(), broker()];
  const tokens = one.of(issue());
  expect([await tokens.current(), await other.of(issue()).current()]).toEqual(['token-1', 'token-1']);
  // Within six hours the venue hands out the one it had.
  answer = () => issued('token-1');
  tokens.drop('token-1');
  expect(await tokens.current()).toBe('token-1');
  other.of(issue()).drop('token-1');
  expect(await other.of(issue()).current()).toBe('token-1');
  tokens.drop('token-1');
  expect(await tokens.current()).toBe('token-1');
  expect(asked).toBe(2);
});

test('whoever has refused a token waits for its end in the store, and is not handed it again', async () => {
  const tokens = broker().of(issue());
  expect(await tokens.current()).toBe('token-1');
  tokens.drop('token-1');
  expect(await tokens.current()).toBe('token-2');
});

test('one replica at a time may ask the venue: not beside another, not too soon, not for what has been replaced', async () => {
  const { sql } = queue;
  const claim = (more: object = {}) =>
    claimIssue(sql, 'app', { everyMs: 0, answerMs: 10_000, replaces: null, ...more });
  expect([await claim(), await claim()]).toEqual([true, false]);
  await endIssue(sql, 'app');
  expect(await claim({ everyMs: 60_000 })).toBe(false);
  const issuedAt = new Date(clock);
  const sealed = { sealed: Buffer.from('x'), sealingKey: 'k', issuedAt, expiresAt: new Date(clock + HOUR) };
  await writeToken(sql, 'app', { ...sealed, hash: 'h1' });
  // Another token than the one that stands was refused.
  expect(await dropToken(sql, 'app', 'h0')).toBe(false);
  expect([await claim(), await claim({ replaces: issuedAt })]).toEqual([false, true]);
});

test('a token that another key has sealed is replaced, and without a key there is none', async () => {
  await broker().of(issue()).current();
  const other = sealingKey(Buffer.alloc(32, 8).toString('base64'));
  expect(await broker({ key: other }).of(issue()).current()).toBe('token-2');
  await expect(broker({ key: null }).of(issue()).current()).rejects.toThrow('TOKEN_SEALING_KEY');
});

test('the job renews what is due, and says so only then; an account it fails for holds up no other', async () => {
  const config = queue.configuration();
  const kis = { ...config.accounts.get('a1')!, venue: 'kis' as const, endpoint };
  const accounts = new Map([
    ['broken', { ...kis, name: 'broken' }],
    ['a1', kis],
  ]);
  const keys = {
    of: async (name: string) => {
      if (name === 'broken') throw new MissingKeys('set the environment variable KEY');
      return credentials;
    },
  };
  const configuration = () => ({ ...config, accounts });
  const refresh = securitiesTokenRefresh({ configuration, keys, broker: broker() });
  const run = { signal: new AbortController().signal, slot: new Date(), log: undefined as never };
  expect(await refresh(run)).toEqual({ changed: true, counts: { accounts: 2, renewed: 1, failed: 1 } });
  expect(await refresh(run)).toEqual({ changed: false, counts: { accounts: 2, renewed: 0, failed: 1 } });
  clock += 6 * HOUR;
  expect(await refresh(run)).toMatchObject({ changed: true, counts: { renewed: 1 } });
  expect(asked).toBe(2);
});

test('an account that needs tokens is not opened without a key to seal them with, and is told which', () => {
  const without = broker({ key: null });
  expect(() => requireSealingKey({ name: 'stocks', venue: 'kis' }, without)).toThrow(
    /account stocks is on kis.*set TOKEN_SEALING_KEY to 32 bytes in base64/,
  );
  requireSealingKey({ name: 'stocks', venue: 'kis' }, broker());
  requireSealingKey({ name: 'main', venue: 'binance-usdm' }, without);
});

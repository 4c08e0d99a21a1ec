import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connectPostgres, type Sql } from '../postgres/connect-postgres.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { createListener, type Listener } from './listener.ts';
import { createNotifier } from './notifier.ts';
import { createWaiter } from './waiter.ts';

let database: TestDatabase;
let sql: Sql;
let listener: Listener;

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 4, applicationName: 'test' });
  listener = await createListener(database.url, ['one', 'two'], { applicationName: 'listening' });
  await sql`create table answer (id text primary key, body text not null)`;
});

afterAll(async () => {
  await listener.close();
  await sql.end();
  await database.drop();
});

/** Resolves with the next payload on a channel. */
function next(channel: string): Promise<string> {
  return new Promise((resolve) => {
    const end = listener.subscribe(channel, (payload) => {
      end();
      resolve(payload);
    });
  });
}

test('a notification reaches the subscribers of its channel and no others', async () => {
  const wrong: string[] = [];
  const end = listener.subscribe('two', (payload) => wrong.push(payload));
  const got = next('one');
  await sql.notify('one', 'hello');
  expect(await got).toBe('hello');
  expect(wrong).toEqual([]);
  end();
});

test('a channel nobody listens on cannot be subscribed to', () => {
  expect(() => listener.subscribe('three', () => {})).toThrow('not listening on three');
});

test('after its connection is cut the listener is back by itself, says so, and hears again', async () => {
  const reconnected = new Promise<void>((resolve) => {
    const end = listener.onReconnect(() => {
      end();
      resolve();
    });
  });
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'listening'`;
  await reconnected;
  const got = next('one');
  await sql.notify('one', 'again');
  expect(await got).toBe('again');
  const open = await sql`
    select 1 from pg_stat_activity where datname = current_database() and application_name = 'listening'`;
  expect(open).toHaveLength(1);
});

test('a listener whose database is away for longer keeps trying until it is back', async () => {
  const url = new URL(database.url);
  url.pathname = '/sluice_away';
  const admin = connectPostgres({ url: inject('databaseUrl'), max: 1, applicationName: 'test' });
  await admin`create database sluice_away`;
  const away = await createListener(url.href, ['one']);
  try {
    const back = new Promise<void>((resolve) => away.onReconnect(resolve));
    await admin`drop database sluice_away with (force)`;
    // Long enough for several attempts to have failed.
    await new Promise((resolve) => setTimeout(resolve, 400));
    await admin`create database sluice_away`;
    await back;
  } finally {
    await away.close();
    await admin`drop database sluice_away with (force)`;
    await admin.end();
  }
});

test('the first connection that cannot be made is an error', async () => {
  await expect(createListener('postgres://nobody:x@127.0.0.1:1/x', ['one'])).rejects.toThrow();
});

test('ids handed over together travel in one notification, each once', async () => {
  const notifier = createNotifier(sql);
  const got = next('one');
  for (const id of ['a', 'b', 'a', 'c']) notifier.notify('one', id);
  expect(await got).toBe('a,b,c');
  await notifier.flush();
});

test('ten thousand ids arrive complete, in payloads the server takes', async () => {
  const notifier = createNotifier(sql);
  const got = new Set<string>();
  const ids = Array.from({ length: 10_000 }, (_, index) => `id-${index}`);
  const all = new Promise<void>((resolve) => {
    const end = listener.subscribe('two', (payload) => {
      for (const id of payload.split(',')) got.add(id);
      if (got.size === ids.length) {
        end();
        resolve();
      }
    });
  });
  for (const id of ids) notifier.notify('two', id);
  await all;
});

test('a notification that cannot be sent troubles nobody', async () => {
  const ended = connectPostgres({ url: database.url, max: 1, applicationName: 'ended' });
  await ended.end();
  const notifier = createNotifier(ended);
  notifier.notify('one', 'x');
  await notifier.flush();
});

test('a waiter that stands before the commit is woken by its notification, before its own look at 250 ms', async () => {
  const waiter = createWaiter({ listener, channel: 'one' });
  const notifier = createNotifier(sql);
  const look = async () => (await sql<{ body: string }[]>`select body from answer where id = 'a1'`)[0]?.body;
  const waiting = waiter.wait('a1', { timeoutMs: 2_000, look });
  await sql`insert into answer values ('a1', 'done')`;
  const began = performance.now();
  notifier.notify('one', 'a1');
  expect(await waiting).toBe('done');
  expect(performance.now() - began).toBeLessThan(240);
});

test('a waiter finds what is there by its own look when the notification is lost', async () => {
  const waiter = createWaiter({ listener, channel: 'one' });
  const look = async () => (await sql<{ body: string }[]>`select body from answer where id = 'a2'`)[0]?.body;
  const waiting = waiter.wait('a2', { timeoutMs: 2_000, look });
  await sql`insert into answer values ('a2', 'done')`;
  const began = performance.now();
  expect(await waiting).toBe('done');
  expect(performance.now() - began).toBeLessThan(1_000);
});

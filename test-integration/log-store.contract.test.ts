import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { jobCatalogue } from '@sluice/contracts';
import { createMigratedDatabase } from '@sluice/service-runtime/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from './harness/eventually.ts';
import { freePort } from './harness/free-port.ts';
import { adminToken } from './harness/gateway-client.ts';
import { logRecords, otlpRequest, type SentRecord } from './harness/log-records.ts';
import { ServiceProcess } from './harness/service-process.ts';
import { startLoki } from './harness/start-loki.ts';

/**
 * The logs API over the embedded store and over a real Loki: 200 records go into each, and every answer has to be what
 * follows from the records. With COLLECTOR_URL they reach Loki through a Collector that sends to it.
 */

const cleanUp = new AsyncDisposableStack();
const loki = await startLoki();
if (loki === null) console.log('the logs contract is held to the embedded store alone: there is no Loki (LOKI_URL)');
else cleanUp.defer(() => loki.stop());
const collector = process.env.COLLECTOR_URL?.replace(/\/+$/, '');

const namespace = `contract-${randomBytes(6).toString('hex')}`;
/** A whole second, and a little ago: nothing is in flight at the end of a window. */
const lastMs = Math.floor(Date.now() / 1_000) * 1_000 - 5_000;
const records = logRecords(200, lastMs);
/** A whole millisecond; from it, nanoseconds fit a number. */
const firstNs = (records[0]!.timeNs / 1_000_000n) * 1_000_000n;

type Store = { name: 'embedded' | 'loki'; gateway: ServiceProcess };
const stores: Store[] = [];
const names: Store['name'][] = loki === null ? ['embedded'] : ['embedded', 'loki'];

beforeAll(async () => {
  const database = await createMigratedDatabase(inject('databaseUrl'));
  cleanUp.defer(() => database.drop());
  const embedded = new ServiceProcess('log-store', await freePort(), {});
  cleanUp.defer(async () => void (await embedded.stop()));
  await embedded.start();
  const urls = { embedded: embedded.url, loki: loki?.url };
  await Promise.all(
    names.map(async (name) => {
      const gateway = new ServiceProcess('webhook-gateway', await freePort(), {
        DATABASE_URL: database.url,
        ADMIN_TOKEN: adminToken,
        LOKI_URL: urls[name],
        OTEL_RESOURCE_ATTRIBUTES: `service.namespace=${namespace}`,
        LOG_FORMAT: 'text',
      });
      cleanUp.defer(async () => void (await gateway.stop()));
      await gateway.start();
      stores.push({ name, gateway });
    }),
  );
  // In batches as a service sends them, the second twice, as a sender does that heard no answer.
  for (const [from, to] of [
    [0, 90],
    [90, 150],
    [90, 150],
    [150, 200],
  ]) {
    const body = otlpRequest(records.slice(from, to), namespace);
    await send(`${embedded.url}/v1/logs`, body);
    if (loki !== null) await send(collector === undefined ? `${loki.url}/otlp/v1/logs` : `${collector}/v1/logs`, body);
  }
  for (const name of names)
    await eventually(async () => expect(await ask(name, '?limit=1')).toMatchObject({ body: { total: 200 } }), 30_000);
});
afterAll(() => cleanUp.disposeAsync());

async function send(url: string, body: string): Promise<void> {
  const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
  const response = await fetch(url, { method: 'POST', headers, body: gzipSync(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

async function ask(store: Store['name'], query: string, job = 'queue_rebalancer') {
  const { gateway } = stores.find(({ name }) => name === store)!;
  const response = await fetch(`${gateway.url}/admin/system/background-jobs/${job}/logs${query}`, {
    headers: { Authorization: `Bearer ${adminToken}` },
  });
  return { status: response.status, body: await response.json() };
}

type Question = {
  job?: string;
  limit?: number;
  sinceMs?: number;
  untilMs?: number;
  level?: SentRecord['level'];
  search?: string;
  untagged?: boolean;
};

/** A record belongs to the millisecond at the end of which it was written, so that windows have whole ones. */
const millisecondOf = (timeNs: bigint) => Math.ceil(Number(timeNs - firstNs) / 1e6) + Number(firstNs / 1_000_000n);

/** What follows from the records: the rules of the route, without a store. */
function answerTo({ job = 'queue_rebalancer', limit = 100, sinceMs, untilMs, level, search, untagged }: Question) {
  const { id, tag } = jobCatalogue.find(({ id, aliases }) => [id, ...aliases].includes(job as never))!;
  const until = untilMs ?? Date.now();
  const since = sinceMs ?? until - 86_400_000;
  const inWindow = records.filter(({ timeNs }) => millisecondOf(timeNs) >= since && millisecondOf(timeNs) < until);
  const matching = inWindow.filter(
    (record) =>
      (record.tag === tag || (untagged === true && record.tag === null)) &&
      (level === undefined || record.level === level) &&
      (search === undefined || record.message.toLowerCase().includes(search.toLowerCase())),
  );
  const logs = matching.slice(-limit).map(({ timeNs, level, tag, message, path, line }) => ({
    timestamp: new Date(Number(timeNs / 1_000_000n) + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
    level,
    tag,
    message,
    file: path?.slice(path.lastIndexOf('/') + 1) ?? null,
    line,
  }));
  return { status: 200, body: { success: true, logs, total: inWindow.length, filtered: matching.length, job_id: id } };
}

function queryOf({ limit, sinceMs, untilMs, level, search, untagged }: Question): string {
  const parameters = new URLSearchParams();
  const set = (name: string, value: string | number | undefined) =>
    value !== undefined && parameters.set(name, String(value));
  set('limit', limit);
  set('since', sinceMs === undefined ? undefined : new Date(sinceMs).toISOString());
  set('until', untilMs === undefined ? undefined : new Date(untilMs).toISOString());
  set('level', level);
  set('search', search);
  set('untagged', untagged === true ? 1 : undefined);
  return `?${parameters}`;
}

/** Texts of the records, and what could break out of a query. */
const searches = [
  'BTC/USDT',
  'btc',
  '거래소',
  '"',
  '\\',
  '\n',
  '.*',
  '[a-z]+',
  '(?i)',
  '{',
  '} | job_tag=~".*',
  '<b>',
  '\0',
  '😀',
  '%',
  ' ',
];
const msOf = (i: number) => Number(records[i]!.timeNs / 1_000_000n);

describe.each(names)('the logs API over the %s store', (store) => {
  const names = jobCatalogue.flatMap(({ id, aliases }) => [id, ...aliases]);
  test.each(names)('answers the lines of %s and of no other job', async (job) => {
    expect(await ask(store, '?limit=5000', job)).toEqual(answerTo({ job, limit: 5_000 }));
  });

  test('answers the newest of them, oldest first', async () => {
    for (const limit of [1, 2, 7, 100, 5_000]) {
      expect(await ask(store, queryOf({ limit })), `limit ${limit}`).toEqual(answerTo({ limit }));
    }
  });

  test('adds lines without a tag when asked to', async () => {
    expect(await ask(store, queryOf({ untagged: true }))).toEqual(answerTo({ untagged: true }));
  });

  test.each(['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const)('answers lines of %s alone', async (level) => {
    expect(await ask(store, queryOf({ level, untagged: true }))).toEqual(answerTo({ level, untagged: true }));
  });

  test.each(searches)('finds %j', async (search) => {
    expect(await ask(store, queryOf({ search, untagged: true }))).toEqual(answerTo({ search, untagged: true }));
  });

  test('has the beginning of a window in it and its end not, to the millisecond', async () => {
    for (const [from, to] of [
      [20, 60],
      [21, 60],
      [20, 61],
    ] as const) {
      for (const [atSince, atUntil] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        const question = { sinceMs: msOf(from) + atSince, untilMs: msOf(to) + atUntil, untagged: true };
        expect(await ask(store, queryOf(question))).toEqual(answerTo(question));
      }
    }
  });

  test('answers a window without lines with none', async () => {
    const question = { sinceMs: msOf(0) - 10_000, untilMs: msOf(0) };
    const nothing = { success: true, logs: [], total: 0, filtered: 0, job_id: 'queue_rebalancer' };
    expect(await ask(store, queryOf(question))).toEqual({ status: 200, body: nothing });
  });

  test('answers any question as it follows from the records', async () => {
    const piece = fc.oneof(fc.constantFrom(...searches), fc.string({ unit: 'grapheme-ascii', maxLength: 3 }));
    const question = fc.record(
      {
        job: fc.constantFrom(...names),
        limit: fc.integer({ min: 1, max: 60 }),
        sinceMs: fc.nat(99).map((i) => msOf(i)),
        untilMs: fc.integer({ min: 100, max: 199 }).map((i) => msOf(i)),
        level: fc.constantFrom('DEBUG', 'INFO', 'WARNING', 'ERROR'),
        search: fc
          .array(piece, { minLength: 1, maxLength: 3 })
          .map((pieces) => pieces.join(''))
          .filter((text) => text !== ''),
        untagged: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(question, async ({ job, ...asked }) => {
        expect(await ask(store, queryOf(asked as Question), job)).toEqual(
          answerTo({ ...asked, ...(job === undefined ? {} : { job }) } as Question),
        );
      }),
      { numRuns: 100 },
    );
  });
});

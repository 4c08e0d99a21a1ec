import { createLokiLogs, type LogsQuestion, logLevels } from '@sluice/log-query';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningLogStore, startLogStore } from './start-log-store.ts';
import { exportTo } from './testing/otlp-export.ts';

let store: RunningLogStore;
let url: string;
beforeAll(async () => {
  store = await startLogStore({ PORT: 0, HOST: '127.0.0.1', LOG_STORE_MB: 64 });
  url = `http://127.0.0.1:${store.port}`;
});
afterAll(() => store.stop());

const at = 1_700_000_000_000;
const question: LogsQuestion = {
  tag: 'QUEUE_REBAL',
  untagged: false,
  since: at,
  until: at + 60_000,
  levels: [],
  search: null,
  limit: 5_000,
};
/** An instant of the window, in ms from its beginning. */
const inWindow = (ms: number): bigint => BigInt(at + ms) * 1_000_000n;

describe('what is sent', () => {
  test.each(['/v1/logs', '/otlp/v1/logs'])('to %s is found', async (path) => {
    const message = `sent to ${path}`;
    const sent = await exportTo(url + path, [{ message, tag: 'RETENTION', timeNs: inWindow(1) }], { gzip: true });
    expect([sent.status, await sent.json()]).toEqual([200, {}]);
    const logs = createLokiLogs({ url, namespace: 'sluice' });
    expect(await logs.read({ ...question, tag: 'RETENTION', search: message.toUpperCase() })).toMatchObject({
      kind: 'found',
      lines: [{ message, tag: 'RETENTION', timestampNs: inWindow(1) }],
      matching: 1,
    });
  });

  test('without a namespace is found where none is asked for', async () => {
    await exportTo(`${url}/v1/logs`, [{ message: 'm', tag: 'PERF_CALC', timeNs: inWindow(1), namespace: '' }]);
    const logs = createLokiLogs({ url, namespace: null });
    expect(await logs.read({ ...question, tag: 'PERF_CALC' })).toMatchObject({ kind: 'found', matching: 1 });
  });

  test('of traces and metrics is taken and not kept', async () => {
    for (const path of ['/v1/traces', '/v1/metrics']) {
      const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };
      expect((await fetch(url + path, init)).status).toBe(200);
    }
  });

  test('in a window counts with its beginning and without its end, as lines do', async () => {
    const records = [-1, 0, 59_999, 60_000].map((ms) => ({
      message: `at ${ms}`,
      timeNs: inWindow(ms),
      namespace: 'edge',
    }));
    await exportTo(`${url}/v1/logs`, records);
    const logs = createLokiLogs({ url, namespace: 'edge' });
    expect(await logs.read({ ...question, untagged: true, limit: 1 })).toMatchObject({
      lines: [{ message: 'at 59999' }],
      total: 2,
      matching: 2,
    });
  });
});

test('labels and their values are those of the streams', async () => {
  await exportTo(`${url}/v1/logs`, [{ message: 'm', tag: 'WS_HEALTH' }]);
  const data = async (path: string): Promise<unknown> => {
    const answer = (await (await fetch(`${url}/loki/api/v1/${path}`)).json()) as { data: unknown };
    return answer.data;
  };
  expect(await data('labels')).toEqual(['job_tag', 'service_name', 'service_namespace', 'severity_text']);
  expect(await data('label/job_tag/values')).toContain('WS_HEALTH');
  expect(await data('label/constructor/values')).toEqual([]);
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

describe('a query Sluice does not make is 400 with a text', () => {
  test.each([
    '',
    '{a="b"',
    '{a=~".*"}',
    '{}',
    '{a="b"} {c="d"}',
    '{a="b"} | json',
    '{a="b"} | logfmt | x="1"',
    '{a="b"} | x="1" or y="2"',
    '{a="b"} | x="1", y="2"',
    '{a="b"} | x > 1',
    '{a="b"} | x = ip("1.1.1.1")',
    '{a="b"} |= "x" or "y"',
    '{a="b"} |= ip("1.1.1.1")',
    '{a="b"} |> "x"',
    '{a="b"} | line_format "{{.x}}"',
    '{a="b"} | drop c',
    '{a=~"(?=x)"}',
    '{a=~"(x"}',
    '{a="\\q"}',
    '{a="\\ud800"}',
    'rate({a="b"}[1s])',
    'count_over_time({a="b"}[1s])',
    'sum(rate({a="b"}[1s]))',
    'sum(count_over_time({a="b"}[1h30m]))',
    'sum(count_over_time({a="b"}[1s] offset 1ns))',
    'sum(count_over_time({a="b"} | unwrap x [1s]))',
    'sum(count_over_time({a="b"}[1s])) by (c)',
    'sum by (c) (count_over_time({a="b"}[1s]))',
    'sum(count_over_time({a="b"}[1s])) + 1',
    'sum(sum(count_over_time({a="b"}[1s])))',
    'vector(1)',
  ])('%s', async (query) => {
    const parameters = new URLSearchParams({ query, start: '1700000000000000000', end: '1700000000000000000' });
    const response = await fetch(`${url}/loki/api/v1/query_range?${parameters}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      expect.stringContaining('text/plain'),
    ]);
    expect((await response.text()).length).toBeGreaterThan(10);
  });

  test.each([
    '/loki/api/v1/query?query={a="b"}',
    '/loki/api/v1/query_range?query={a="b"}',
    '/loki/api/v1/query_range?query={a="b"}&start=1&end=2',
    '/loki/api/v1/query_range?query={a="b"}&start=1700000000000000001&end=1700000000000000000',
    '/loki/api/v1/query_range?query={a="b"}&start=1700000000000000000&end=1700000000000000001&limit=5001',
    '/loki/api/v1/query_range?query={a="b"}&start=1700000000000000000&end=1700000000000000001&limit=0',
    '/loki/api/v1/query_range?query=sum(count_over_time({a="b"}[1s]))&start=1700000000000000000&end=1700000000000000001',
    '/loki/api/v1/label/job_tag/values?query={a="b"}',
    '/loki/api/v1/tail',
  ])('%s', async (path) => {
    expect((await fetch(url + path)).status).toBe(400);
  });
});

describe('a search', () => {
  const tags = ['QUEUE_REBAL', 'QUEUE_REBALANCE', 'REBAL', undefined];
  const nasty = [
    '"',
    '\\',
    '`',
    '"} | job_tag=~".*',
    '{',
    '|= "',
    '\n',
    '\0',
    '.*',
    '(?i)',
    '[a-z]',
    '|',
    '^',
    '한글',
    '😀',
    '',
  ];
  const piece = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'grapheme', maxLength: 4 }));
  const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));
  let namespaces = 0;

  test('finds the lines that hold the text, and never a line of another job', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 8 }),
        text,
        fc.boolean(),
        async (messages, part, untagged) => {
          namespaces += 1;
          const namespace = `fuzz-${namespaces}`;
          const written = messages.flatMap((message, i) => [`${message}${part}${message}`, `${i} ${message}`]);
          const records = tags.flatMap((tag, t) =>
            written.map((message, i) => ({
              message,
              namespace,
              timeNs: inWindow(t * 100 + i),
              ...(tag === undefined ? {} : { tag }),
            })),
          );
          await exportTo(`${url}/v1/logs`, records);
          const search = part === '' ? null : part;
          const answer = await createLokiLogs({ url, namespace }).read({ ...question, untagged, search });
          if (answer.kind !== 'found') throw new Error(answer.reason);
          const wanted = records.filter(({ tag }) => tag === 'QUEUE_REBAL' || (untagged && tag === undefined));
          for (const { tag } of answer.lines) expect(untagged ? ['QUEUE_REBAL', null] : ['QUEUE_REBAL']).toContain(tag);
          const found = answer.lines.map(({ message }) => message);
          for (const { message } of wanted) if (message.includes(part)) expect(found).toContain(message);
          if (part === part.toLowerCase() && part === part.toUpperCase()) {
            expect(found).toHaveLength(wanted.filter(({ message }) => message.includes(part)).length);
          }
          expect(answer.total).toBe(records.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(logLevels)('by level gives lines of %s alone', async (level) => {
    const records = [1, 5, 9, 13, 17, 21].map((severityNumber) => ({
      message: `severity ${severityNumber}`,
      severityNumber,
      namespace: 'levels',
      tag: 'QUEUE_REBAL',
      timeNs: inWindow(severityNumber),
    }));
    await exportTo(`${url}/v1/logs`, records);
    const answer = await createLokiLogs({ url, namespace: 'levels' }).read({ ...question, levels: [level] });
    if (answer.kind !== 'found') throw new Error(answer.reason);
    const severities = { DEBUG: [1, 5], INFO: [9], WARNING: [13], ERROR: [17, 21] };
    expect(answer.lines.map(({ message, level: shown }) => [message, shown])).toEqual(
      severities[level].map((severity) => [`severity ${severity}`, level]),
    );
  });
});

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { LogsQuestion } from './logs-question.ts';
import { createLokiLogs } from './loki-logs.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The address of something that answers like this. */
async function answering(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const question: LogsQuestion = {
  tag: 'QUEUE_REBAL',
  untagged: false,
  since: 1_700_000_000_000,
  until: 1_700_000_060_000,
  levels: [],
  search: null,
  limit: 2,
};
const namespace = 'sluice';

describe('a Loki that gives no lines', () => {
  test('because it refuses: its own text is the reason', async () => {
    const url = await answering((_, response) => {
      response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8' }).end('parse error at line 1, col 3\n');
    });
    expect(await createLokiLogs({ url, namespace }).read(question)).toEqual({
      kind: 'away',
      reason: 'Loki answered 400: parse error at line 1, col 3',
    });
  });

  test('because something before it answers with a page', async () => {
    const url = await answering((_, response) => {
      response.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad Gateway</h1>');
    });
    expect(await createLokiLogs({ url, namespace }).read(question)).toMatchObject({
      kind: 'away',
      reason: 'Loki answered 502: <h1>Bad Gateway</h1>',
    });
  });

  test('because it does not answer', async () => {
    const url = await answering(() => {});
    expect(await createLokiLogs({ url, namespace, withinMs: 50 }).read(question)).toEqual({
      kind: 'away',
      reason: 'Loki did not answer within 0.05 s',
    });
  });

  test('because nobody listens', async () => {
    const url = await answering(() => {});
    await new Promise((resolve) => server!.close(resolve));
    const answer = await createLokiLogs({ url, namespace }).read(question);
    expect(answer).toMatchObject({ kind: 'away', reason: expect.stringMatching(/^Loki could not be reached: .+/) });
  });
});

test('a path before Loki’s own is kept, and metadata of a record becomes its fields', async () => {
  const paths = new Set<string>();
  const url = await answering((request, response) => {
    const asked = new URL(request.url!, 'http://loki');
    paths.add(asked.pathname);
    const labels = { service_name: 'order-queue', job_tag: 'QUEUE_REBAL', severity_number: '13' };
    const located = { ...labels, code_file_path: 'services/a/b.ts', code_line_number: '12' };
    const lines = [
      { stream: located, values: [['1700000000000000002', 'second']] },
      { stream: labels, values: [['1700000000000000001', '']] },
    ];
    const counted = [{ metric: {}, values: [[1_700_000_060, '7']] }];
    const data = asked.searchParams.get('query')!.startsWith('sum')
      ? { resultType: 'matrix', result: counted }
      : { resultType: 'streams', result: lines };
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ status: 'success', data }));
  });
  const shared = { level: 'WARNING', tag: 'QUEUE_REBAL', service: 'order-queue' };
  expect(await createLokiLogs({ url: `${url}/behind`, namespace }).read(question)).toEqual({
    kind: 'found',
    lines: [
      { ...shared, timestampNs: 1_700_000_000_000_000_001n, message: '', file: null, line: null },
      { ...shared, timestampNs: 1_700_000_000_000_000_002n, message: 'second', file: 'services/a/b.ts', line: 12 },
    ],
    total: 7,
    matching: 7,
  });
  expect([...paths]).toEqual(['/behind/loki/api/v1/query_range']);
});

import { describe, expect, test } from 'vitest';
import { readLogsRequest } from './read-logs-request.ts';
import { wallClock } from './wall-clock.ts';

const now = Date.parse('2025-10-23T06:00:00Z');
const read = (query: string) => {
  const parameters = new URLSearchParams(query);
  return readLogsRequest((name) => parameters.get(name) ?? undefined, wallClock('Asia/Seoul'), now);
};

describe('a request for logs', () => {
  test('without parameters asks for the newest 100 lines of the last 24 hours', () => {
    const question = { limit: 100, since: now - 86_400_000, until: now, levels: [], search: null, untagged: false };
    expect(read('')).toEqual({ ok: true, question });
    expect(read('limit=&since=&until=&level=&search=&untagged=')).toEqual({ ok: true, question });
  });

  test('may name each of them', () => {
    const query = 'limit=5000&since=2025-10-23+14:00:00&until=1m&level=warn,ERROR,error&search=%22x%22&untagged=1';
    expect(read(query)).toEqual({
      ok: true,
      question: {
        limit: 5_000,
        since: Date.parse('2025-10-23T05:00:00Z'),
        until: now - 60_000,
        levels: ['WARNING', 'ERROR'],
        search: '"x"',
        untagged: true,
      },
    });
  });

  test('counts the 24 hours back from until', () => {
    expect(read('until=2025-10-20')).toMatchObject({ question: { since: Date.parse('2025-10-18T15:00:00Z') } });
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=5001', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=-1', 'limit'],
    ['since=yesterday', 'since'],
    ['until=9999-01-01', 'until'],
    ['since=1970-01-01', 'since'],
    ['since=1h&until=2h', 'since'],
    ['since=31d', 'since'],
    ['level=FATAL', 'level'],
    ['level=INFO,', 'level'],
    [`search=${'x'.repeat(501)}`, 'search'],
    ['untagged=yes', 'untagged'],
  ])('%s is refused at %s', (query, path) => {
    const request = read(query);
    expect(request).toMatchObject({ ok: false, errors: [{ path, message: expect.stringContaining('should be') }] });
  });

  test('half of a character cannot be looked for', () => {
    const request = readLogsRequest((name) => (name === 'search' ? '\ud800' : undefined), wallClock('UTC'), now);
    expect(request).toMatchObject({ ok: false, errors: [{ path: 'search' }] });
  });

  test('with several mistakes names each', () => {
    const request = read('limit=0&since=x&level=y&untagged=z');
    expect(request.ok === false && request.errors.map(({ path }) => path)).toEqual([
      'limit',
      'since',
      'level',
      'untagged',
    ]);
  });
});

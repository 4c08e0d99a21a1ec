import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readArguments } from './log-arguments.ts';

const body = (message: string, ...args: unknown[]) => readArguments(message, args).body;
const attributes = (message: string, ...args: unknown[]) => readArguments(message, args).attributes;

test.each<[title: string, expected: string, message: string, args: unknown[]]>([
  ['numbers', 'progress 5/10', 'progress %d/%d', [5, 10]],
  ['text', 'symbol BTC/USDT', 'symbol %s', ['BTC/USDT']],
  ['integers and floats', '3 3.5', '%i %f', [3.9, 3.5]],
  ['JSON', 'body {"a":1}', 'body %j', [{ a: 1 }]],
  ['objects', "o { a: 'x' }", 'o %O', [{ a: 'x' }]],
  ['an object that a placeholder takes', "at { a: 'x' }", 'at %o', [{ a: 'x' }]],
  ['a per cent sign beside a placeholder', '50% of 8', '50%% of %d', [8]],
  ['a per cent sign when the only argument is attributes', '50% done', '50%% done', [{ account: 'a' }]],
  ['a text without arguments is left alone', '50%% of %d %s', '50%% of %d %s', []],
  ['a lone per cent sign', '100% sure 1', '100% sure %d', [1]],
  ['a per cent sign at the end', 'all of it: 1 %', 'all of it: %d %', [1]],
  ['placeholders without arguments stay', 'a b %s', 'a %s %s', ['b']],
  ['arguments without placeholders are added', 'total 1 2', 'total', [1, 2]],
  ['an unknown letter is no placeholder', '%y 1', '%y', [1]],
])('%s', (_title, expected, message, args) => {
  expect(body(message, ...args)).toBe(expected);
});

test('a last plain object that no placeholder takes is the attributes', () => {
  expect(readArguments('placed %d', [3, { account: 'a', symbol: 'BTC/USDT' }])).toEqual({
    body: 'placed 3',
    attributes: { account: 'a', symbol: 'BTC/USDT' },
  });
});

test('a date, an array and a class instance are no attributes but part of the text', () => {
  expect(attributes('x', [1, 2])).toEqual({});
  expect(attributes('x', new Map())).toEqual({});
  expect(body('x', [1, 2])).toBe('x [ 1, 2 ]');
});

test('attribute values keep their kind, and what JSON cannot hold becomes text', () => {
  const at = new Date('2025-10-23T05:30:45.123Z');
  const given = {
    n: 1,
    ok: true,
    none: null,
    gone: undefined,
    at,
    big: 12n,
    nan: Number.NaN,
    list: [1, 'a'],
    in: { at },
  };
  expect(attributes('x', given)).toEqual({
    n: 1,
    ok: true,
    none: null,
    at: '2025-10-23T05:30:45.123Z',
    big: '12',
    nan: 'NaN',
    list: [1, 'a'],
    in: { at: '2025-10-23T05:30:45.123Z' },
  });
});

test.each<[where: string, args: (error: Error) => unknown[]]>([
  ['as the last argument', (error) => [error]],
  ['before the attributes', (error) => [error, { account: 'a' }]],
  ['after the attributes', (error) => [{ account: 'a' }, error]],
  ['inside the attributes', (error) => [{ account: 'a', error }]],
  ['for a placeholder', (error) => ['x', error]],
])('an Error %s keeps type, message, stack and causes', (_where, args) => {
  const cause = new RangeError('too far');
  const error = new TypeError('no such market', { cause });
  const { attributes: found } = readArguments('failed %s', ['here', ...args(error)]);
  expect(found).toMatchObject({
    'exception.type': 'TypeError',
    'exception.message': 'no such market',
    'exception.causes': ['RangeError: too far'],
  });
  expect(found['exception.stacktrace']).toContain('log-arguments.test.ts');
  expect(found['exception.stacktrace']).toContain('Caused by: RangeError: too far');
});

test('an Error that a placeholder takes is named in one line', () => {
  expect(body('failed: %s', new TypeError('no such market'))).toBe('failed: TypeError: no such market');
});

test('further errors of one call are listed beside the first', () => {
  expect(attributes('x', new Error('one'), new TypeError('two'))).toMatchObject({
    'exception.message': 'one',
    'exception.others': ['TypeError: two'],
  });
});

test('the members of an AggregateError are its causes, and a circle of causes ends', () => {
  const inner = new Error('inner');
  const error = new AggregateError([inner, new Error('other')], 'both', { cause: inner });
  inner.cause = error;
  expect(attributes('x', error)['exception.causes']).toEqual(['Error: inner', 'Error: other']);
});

test('a code is kept, and a huge stack is cut below what Loki takes', () => {
  const error = Object.assign(new Error('x'.repeat(100_000)), { code: 'ECONNRESET' });
  const found = attributes('x', error);
  expect(found['exception.code']).toBe('ECONNRESET');
  expect(String(found['exception.stacktrace']).length).toBeLessThanOrEqual(16_000);
});

const hostile = {
  get account(): string {
    throw new Error('no');
  },
};
const circular: Record<string, unknown> = {};
circular.self = circular;

test.each<[title: string, message: unknown, args: unknown[]]>([
  ['a getter that throws', 'x', [hostile]],
  ['a getter that throws under a placeholder', 'x %s', [hostile]],
  ['a circular object', 'x', [circular]],
  ['a circular object as JSON', 'x %j', [circular]],
  ['a bigint as JSON', 'x %j', [1n]],
  [
    'a toJSON that throws',
    'x %j',
    [
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
    ],
  ],
  [
    'a toString that throws',
    'x %s',
    [
      {
        toString: () => {
          throw new Error('no');
        },
      },
    ],
  ],
  ['a symbol', 'x %d', [Symbol('s')]],
  ['a revoked proxy', 'x', [revoked()]],
  [
    'an error whose message throws',
    'x',
    [
      Object.defineProperty(new Error('a'), 'message', {
        get: () => {
          throw new Error('no');
        },
      }),
    ],
  ],
  ['an Error as the message', new Error('x'), []],
  ['undefined as the message', undefined, [1]],
])('%s does not make logging throw', async (_title, message, args) => {
  const { getLogger } = await import('./logger.ts');
  const { captureLogs } = await import('./testing.ts');
  using logs = captureLogs();
  getLogger('test').error(message as string, ...args);
  expect(logs.records).toHaveLength(1);
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test('whatever the text and the arguments, there is a text and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.anything()), (message, args) => {
      expect(typeof readArguments(message, args).body).toBe('string');
    }),
  );
});

test('with at least one argument of text the result is what util.format gives', async () => {
  const { format } = await import('node:util');
  const piece = fc.constantFrom('%s', '%d', '%j', '%%', '%', ' a ', '%x', '%i');
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1 }), (pieces, args) => {
      const message = pieces.join('');
      expect(body(message, ...args)).toBe(format(message, ...args));
    }),
  );
});

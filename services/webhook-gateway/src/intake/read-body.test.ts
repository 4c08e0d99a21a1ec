import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BodyValue, printBody } from './body-value.ts';
import { readBody } from './read-body.ts';

function errorsOf(text: string): Record<string, string> {
  const reading = readBody(text);
  if (reading.kind === 'read') throw new Error(`was read: ${printBody(reading.body)}`);
  return Object.fromEntries(reading.errors.map(({ path, message }) => [path, message]));
}

describe('a body that cannot be read is refused with the place where reading stopped', () => {
  const refused: [title: string, text: string, path: string, message: RegExp][] = [
    ['an empty body', '', 'body', /is not JSON/],
    ['text that is not JSON', 'buy BTCUSDT now', 'body', /is not JSON: .* at "buy"/],
    ['a bare NaN as a price', '{"orders":[{"price":1},{"price":NaN}]}', 'orders[1].price', /at "NaN"/],
    ['a hexadecimal price', '{"orders":[{"price":0x10}]}', 'orders[0].price', /is not JSON/],
    ['an infinite price', '{"price":Infinity}', 'price', /at "Infinity"/],
    ['a bare number with thousands commas', '{"price":95,000.5}', 'price', /is not JSON/],
    ['a number with leading zeros', '{"price":007}', 'price', /is not JSON/],
    ['a comment', '{"price":1 /* high */}', 'price', /is not JSON/],
    ['a trailing comma', '{"orders":[1,]}', 'orders[1]', /is not JSON/],
    ['single quotes', "{'price':1}", 'body', /is not JSON/],
    ['a body cut in the middle', '{"orders":[{"price":"95', 'orders[0].price', /is not JSON/],
    ['something after the end', '{"price":1} {}', 'body', /is not JSON/],
    ['a key given twice', '{"orders":[{"price":1,"price":2}]}', 'orders[0].price', /given twice/],
    ['a key given twice with equal values', '{"side":"buy","side":"buy"}', 'side', /given twice/],
    ['a key given twice, once escaped', '{"side":"buy","s\\u0069de":"sell"}', 'side', /given twice/],
    ['a prototype', '{"orders":[{"__proto__":{"price":1}}]}', 'orders[0].__proto__', /not a field name/],
    ['nine levels', `${'['.repeat(9)}1${']'.repeat(9)}`, 'body[0][0][0][0][0][0][0][0]', /deeper than 8/],
    ['a quarter of a million levels', '['.repeat(250_000), 'body[0][0][0][0][0][0][0][0]', /deeper than 8/],
  ];
  test.each(refused)('%s', (_title, text, path, message) => {
    const errors = errorsOf(text);
    expect(Object.keys(errors)).toContain(path);
    expect(errors[path]).toMatch(message);
  });

  test('two faults in two orders are both named', () => {
    const errors = errorsOf('{"orders":[{"price":NaN},{"side":"buy","side":"sell"}]}');
    expect(Object.keys(errors)).toEqual(expect.arrayContaining(['orders[0].price', 'orders[1].side']));
  });

  test('a body of thousands of faults is given up after the first twenty', () => {
    const members = Array.from({ length: 5_000 }, (_, at) => `"f${at}":NaN`);
    expect(Object.keys(errorsOf(`{${members.join(',')}}`))).toHaveLength(20);
  });
});

test('eight levels are read', () => {
  expect(readBody(`${'['.repeat(8)}1${']'.repeat(8)}`).kind).toBe('read');
});

test('numbers keep every digit they were written with', () => {
  const text = '{"a":95000.10,"b":1e999,"c":-0.0,"d":123456789012345678901234567890.1,"e":1E+5}';
  const reading = readBody(text);
  expect(reading.kind === 'read' && printBody(reading.body)).toBe(text);
});

test('constructor and toString are fields like any other', () => {
  const reading = readBody('{"constructor":"a","toString":"b"}');
  expect(reading.kind === 'read' && printBody(reading.body)).toBe('{"constructor":"a","toString":"b"}');
});

test('what is printed again is what was read', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      fc.pre(!text.includes('__proto__'));
      const compact = JSON.stringify(JSON.parse(text));
      const reading = readBody(compact);
      expect(reading.kind === 'read' && printBody(reading.body)).toBe(compact);
    }),
    { numRuns: 1_000 },
  );
});

test('no text is read that JSON.parse refuses', () => {
  const fragments = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b"',
    '1',
    '-',
    '.5',
    'e3',
    '01',
    'true',
    'nul',
    'null',
    ' ',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...fragments, '\v', '\u00a0', '//', '"', '\\'), { maxLength: 12 }),
      (parts) => {
        const text = parts.join('');
        const reading: BodyValue | undefined = ((): BodyValue | undefined => {
          const result = readBody(text);
          return result.kind === 'read' ? result.body : undefined;
        })();
        if (reading !== undefined) expect(() => JSON.parse(text)).not.toThrow();
      },
    ),
    { numRuns: 5_000 },
  );
});

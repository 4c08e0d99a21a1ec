import { expect, test } from 'vitest';
import { type ConsoleRecord, type ConsoleStyle, consoleLine } from './console-line.ts';
import { zonedTime } from './zoned-time.ts';

const seoul = zonedTime('Asia/Seoul');
const at = Date.parse('2025-10-23T05:30:45.123Z');
const record: ConsoleRecord = { epochMs: at, level: 'INFO', module: 'rebalancer', body: 'message', attributes: {} };
const line = (change: Partial<ConsoleRecord>, style: ConsoleStyle = 'plain') =>
  consoleLine({ ...record, ...change }, style, seoul);

test('a tagged line reads time, level, tag and message', () => {
  expect(line({ attributes: { 'job.tag': 'AUTO_REBAL' } })).toBe('2025-10-23 14:30:45,123 INFO: [AUTO_REBAL] message');
});

test('a line without a tag has no brackets', () => {
  expect(line({ level: 'WARNING' })).toBe('2025-10-23 14:30:45,123 WARNING: message');
});

test('attributes follow as key=value, quoted only where needed', () => {
  const attributes = { account: 'a1', text: 'two words', n: 3, ok: true, list: [1, 2], empty: '' };
  expect(line({ attributes })).toBe(
    '2025-10-23 14:30:45,123 INFO: message account=a1 text="two words" n=3 ok=true list=[1,2] empty=""',
  );
});

test('the stack of an error follows on lines of its own, which say its type and message', () => {
  const stack = 'TypeError: no\n    at f (a.ts:1:2)\n    at g (b.ts:3:4)';
  const attributes = { 'exception.type': 'TypeError', 'exception.message': 'no', 'exception.stacktrace': stack };
  expect(line({ level: 'ERROR', attributes })).toBe(
    '2025-10-23 14:30:45,123 ERROR: message\n    TypeError: no\n    at f (a.ts:1:2)\n    at g (b.ts:3:4)',
  );
});

test('text from outside cannot forge a line or drive the terminal', () => {
  const forged = 'x\n2025-10-23 14:30:45,123 ERROR: [QUEUE_REBAL] all is lost\r\n\x1b[2J\x07';
  const lines = line({ body: forged, attributes: { from: '\x1b[31m' } }).split('\n');
  expect(lines.slice(1).every((text) => text.startsWith('    '))).toBe(true);
  expect(lines.join('')).not.toContain('\x1b');
});

test('in colour the tag is a badge in a colour no level has', () => {
  const colours = new Set<string>();
  for (const level of ['DEBUG', 'INFO', 'WARNING', 'ERROR']) {
    const text = line({ level, attributes: { 'job.tag': 'A' } }, 'colour');
    const [levelColour, tagColour] = [`${level}\x1b`, '[A]\x1b'].map((end) => {
      return text.slice(text.lastIndexOf('\x1b', text.indexOf(end)), text.indexOf(end));
    });
    expect(levelColour).not.toBe(tagColour);
    expect(tagColour).toBe('\x1b[1;97;45m');
    colours.add(levelColour!);
  }
  expect(colours.size).toBe(4);
});

test('as JSON a record is one line with its tag beside its attributes', () => {
  const attributes = { 'job.tag': 'A', account: 'a1', 'exception.stacktrace': 'Error\n  at x' };
  const text = line({ body: 'two\nlines', attributes }, 'json');
  expect(text).not.toContain('\n');
  expect(JSON.parse(text)).toEqual({
    time: '2025-10-23T14:30:45.123+09:00',
    level: 'INFO',
    tag: 'A',
    logger: 'rebalancer',
    message: 'two\nlines',
    attributes: { account: 'a1', 'exception.stacktrace': 'Error\n  at x' },
  });
});

test.each([
  ['UTC', '2025-10-23 05:30:45,123', '2025-10-23T05:30:45.123+00:00'],
  ['America/New_York', '2025-10-23 01:30:45,123', '2025-10-23T01:30:45.123-04:00'],
  ['Asia/Kathmandu', '2025-10-23 11:15:45,123', '2025-10-23T11:15:45.123+05:45'],
  ['Pacific/Honolulu', '2025-10-22 19:30:45,123', '2025-10-22T19:30:45.123-10:00'],
])('in %s it is %s', (zone, console, iso) => {
  const time = zonedTime(zone);
  expect(time.console(at)).toBe(console);
  expect(time.iso(at)).toBe(iso);
});

test('the hour that comes twice in autumn is told apart', () => {
  const time = zonedTime('Europe/Berlin');
  expect(time.iso(Date.parse('2025-10-26T00:59:59.999Z'))).toBe('2025-10-26T02:59:59.999+02:00');
  expect(time.iso(Date.parse('2025-10-26T01:00:00.000Z'))).toBe('2025-10-26T02:00:00.000+01:00');
});

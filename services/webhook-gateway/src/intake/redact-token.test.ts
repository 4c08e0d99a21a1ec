import { expect, test } from 'vitest';
import { printBody } from './body-value.ts';
import { readBody } from './read-body.ts';
import { hashToken, redactToken, redactUnreadable } from './redact-token.ts';

function redacted(text: string, token: string): string {
  const reading = readBody(text);
  if (reading.kind === 'unreadable') throw new Error('unreadable');
  return printBody(redactToken(reading.body, token));
}

test('the token is cut out wherever it stands', () => {
  const text =
    '{"token":"hush","orders":[{"Token":"hush","note":"my hush","price":1.10}],"hush":1,"h":"\\u0068ush","list":["hush"]}';
  expect(redacted(text, 'hush')).toBe('{"orders":[{"note":"***","price":1.10}],"***":1,"h":"***","list":["***"]}');
});

test('a token of digits is cut out of numbers too', () => {
  expect(redacted('{"token":12345,"x":123456,"y":1}', '12345')).toBe('{"x":"***","y":1}');
});

test('two bodies that differ in nothing but the token are one', () => {
  expect(redacted('{"token":"a1b2","x":1}', 'a1b2')).toBe(redacted('{"x": 1, "token": "z9"}', 'z9'));
});

test.each([
  ['{"group_name":"g","token":"hush", broken', '{"group_name":"g","token":"***", broken'],
  ['token=hush&side=buy', 'token="***"&side=buy'],
  ["{'token': 'hush'", `{'token': "***"`],
  ['{"token":"hu\\"sh"', '{"token":"***"'],
  ['{"token":"hus', '{"token":"***"'],
])('in %s the token is found without structure', (text, kept) => {
  expect(redactUnreadable(text, new Set(), 8_192)).toBe(kept);
});

test('a known token is masked wherever it stands in what cannot be read', () => {
  expect(redactUnreadable('buy (hush) now', new Set([hashToken('hush')]), 8_192)).toBe('buy (***) now');
});

test('a token on the cut does not leave its beginning behind', () => {
  expect(redactUnreadable(`${'x '.repeat(10)}hushhush`, new Set([hashToken('hushhush')]), 24)).not.toContain('hush');
});

import { expect, test } from 'vitest';
import { readHaltRequest } from './read-halt-request.ts';

test.each([
  ['{"all":true}', { scope: 'all', name: '', reason: null, by: 'an administrator' }],
  [
    '{"strategy":"test1","reason":"it misfires"}',
    { scope: 'strategy', name: 'test1', reason: 'it misfires', by: 'an administrator' },
  ],
  ['{"account":"main","by":"kim"}', { scope: 'account', name: 'main', reason: null, by: 'kim' }],
])('%s is understood', (body, request) => {
  expect(readHaltRequest(body)).toEqual({ request });
});

test.each([
  ['{}'],
  ['{"all":false}'],
  ['{"all":true,"account":"main"}'],
  ['{"strategy":"a","account":"b"}'],
  ['{"strategy":""}'],
  ['{"strategies":["a"]}'],
  ['[]'],
  ['halt'],
])('%s halts nothing and is told what a body looks like', (body) => {
  const read = readHaltRequest(body);
  expect('errors' in read && read.errors[0]?.message).toContain('exactly one of');
});

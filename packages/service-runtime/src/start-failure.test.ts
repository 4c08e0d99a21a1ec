import { expect, test } from 'vitest';
import { EnvError } from './read-env.ts';
import { startFailureSentence } from './start-failure.ts';

const error = (message: string, fields: object = {}) => Object.assign(new Error(message), fields);
const verdict = (code: string, message: string) => error(message, { code, severity: 'FATAL' });

test.each<[cause: unknown, sentence: string]>([
  [error('listen EADDRINUSE', { code: 'EADDRINUSE', port: 8080 }), 'port 8080 is taken: stop what uses it or set PORT'],
  [error('listen EACCES', { code: 'EACCES', port: 80 }), 'port 80 may not be opened by this user: set PORT above 1023'],
  [
    error('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED' }),
    'the database does not answer (connect ECONNREFUSED 127.0.0.1:5432): start it or set DATABASE_URL',
  ],
  [
    new AggregateError([error('connect ECONNREFUSED ::1:5432', { code: 'ECONNREFUSED' })], ''),
    'the database does not answer (connect ECONNREFUSED ::1:5432): start it or set DATABASE_URL',
  ],
  [verdict('28P01', 'password authentication failed'), 'the database refuses the user or password: set DATABASE_URL'],
  [
    verdict('3D000', 'database "x" does not exist'),
    'the database does not exist (database "x" does not exist): create it or set DATABASE_URL',
  ],
  [
    verdict('42P01', 'relation "gateway.receipt" does not exist'),
    'the database is not migrated (relation "gateway.receipt" does not exist): run the migrations, then start again',
  ],
  [new EnvError('the environment is not complete'), 'the environment is not complete'],
  [new TypeError('x is not a function'), 'start failed: x is not a function'],
  ['text', 'start failed: text'],
])('%s', (cause, sentence) => {
  expect(startFailureSentence(cause)).toBe(sentence);
});

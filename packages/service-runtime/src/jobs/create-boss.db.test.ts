import { expect, inject, test } from 'vitest';
import { startFailureSentence } from '../start-failure.ts';
import { createTestDatabase } from '../testing.ts';
import { createBoss } from './create-boss.ts';

const failure = async (url: string) => {
  const error = await createBoss({ url, applicationName: 'test', role: 'worker' }).then(
    () => undefined,
    (reason) => reason,
  );
  return startFailureSentence(error);
};

test('a database that was never migrated is told in one sentence', async () => {
  const empty = await createTestDatabase(inject('databaseUrl'));
  expect(await failure(empty.url)).toMatch(
    /^the database is not migrated \(.*\): run the migrations, then start again$/,
  );
  await empty.drop();
});

test('a database that is not there is told in one sentence', async () => {
  const url = new URL(inject('databaseUrl'));
  url.pathname = '/sluice_nowhere';
  expect(await failure(url.href)).toMatch(/^the database does not exist \(.*sluice_nowhere.*\): create it or set/);
});

test('a server that does not answer is told in one sentence', async () => {
  expect(await failure('postgres://x:y@127.0.0.1:1/z')).toMatch(
    /^the database does not answer \(.*ECONNREFUSED.*\): start it/,
  );
});

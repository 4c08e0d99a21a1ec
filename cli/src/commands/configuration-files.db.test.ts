import { createMigratedDatabase, type TestDatabase } from '@sluice/service-runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runCommand } from '../run-command.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
});
afterAll(() => database.drop());

const tokens = { TEST1_TOKEN: 'x'.repeat(24), TEST2_TOKEN: 'y'.repeat(24) };

async function config(...args: string[]) {
  const out: string[] = [];
  const output = { out: (line: string) => out.push(line), err: () => {} };
  const code = await runCommand(['config', ...args], { DATABASE_URL: database.url, ...tokens }, output);
  return { code, out: out.join('\n') };
}

test('a difference is told to programs too, without a token or its hash, before it is applied and after', async () => {
  const before = await config('diff', 'config/demo.yaml', '-o', 'json');
  expect(before.code).toBe(0);
  const { changes, refusals } = JSON.parse(before.out);
  expect(refusals).toEqual([]);
  const added = changes.find(
    ({ what, name }: { what: string; name: string }) => what === 'strategy' && name === 'test1',
  );
  expect(added).toMatchObject({ kind: 'added', fields: expect.arrayContaining([{ field: 'token' }]) });
  expect(before.out).not.toMatch(/x{24}|[0-9a-f]{64}/);

  const applied = JSON.parse((await config('apply', 'config/demo.yaml', '-o', 'json')).out);
  expect(applied).toMatchObject({ applied: true, revision: 1, changes });
  expect(JSON.parse((await config('diff', 'config/demo.yaml', '-o', 'json')).out)).toEqual({
    changes: [],
    refusals: [],
  });
  expect((await config('diff', 'config/demo.yaml')).out).toContain('No difference');
});

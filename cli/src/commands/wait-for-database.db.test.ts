import { migrateAll } from '@sluice/service-runtime';
import { createTestDatabase } from '@sluice/service-runtime/testing';
import { expect, inject, test, vi } from 'vitest';
import { runCommand } from '../run-command.ts';

async function wait(what: string, seconds: number, url: string, lines: string[] = []) {
  const told = (line: string) => lines.push(line);
  const code = await runCommand(
    ['wait', what, '--seconds', String(seconds)],
    { DATABASE_URL: url },
    { out: told, err: told },
  );
  return { code, lines };
}

test('who waits for the migrations goes on when somebody has run them, and who waits for the database at once', async () => {
  const database = await createTestDatabase(inject('databaseUrl'));
  try {
    expect(await wait('database', 0, database.url)).toEqual({ code: 0, lines: [] });
    expect(await wait('migrated', 0, database.url)).toMatchObject({
      code: 3,
      lines: [expect.stringMatching(/^sluice: not within 0 s: runtime\/0001_.* has not run$/)],
    });
    const lines: string[] = [];
    const waiting = wait('migrated', 20, database.url, lines);
    await vi.waitFor(() => expect(lines).not.toEqual([]), { timeout: 10_000 });
    await migrateAll(database.url);
    const { code } = await waiting;
    expect([code, lines[0]]).toEqual([0, expect.stringMatching(/^Waiting: runtime\/0001_.* has not run$/)]);
  } finally {
    await database.drop();
  }
});

test('a database that is not there is waited for, with exit code 3 at the end', async () => {
  const { code, lines } = await wait('database', 1, 'postgres://u:p@127.0.0.1:1/x');
  expect(code).toBe(3);
  expect(lines.at(-1)).toContain('the database does not answer');
});

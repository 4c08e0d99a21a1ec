import { connectPostgres } from '@sluice/service-runtime';
import { createMigratedDatabase } from '@sluice/service-runtime/testing';
import { expect, inject, test } from 'vitest';
import { runCommand } from '../run-command.ts';

test('messages that were given up are listed with what to do, and sent again when they are named', async () => {
  const database = await createMigratedDatabase(inject('databaseUrl'));
  const sql = connectPostgres({ url: database.url, max: 1, applicationName: 'test' });
  const post = (chat: string, text: string) => sql`
    insert into notifier.post (chat, parts, state, error, ended_at)
    values (${chat}, ${sql.json([{ text, bold: [] }])}, 'dead', '403: unblock the bot', now())`;
  await post('1', 'an order\nfailed');
  await post('2', 'another order');
  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const output = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
    const code = await runCommand(['notifications', ...args], { DATABASE_URL: database.url }, output);
    return { code, text: lines.join('\n') };
  };

  const { text } = await run('dead');
  for (const shown of ['unblock the bot', 'an order failed', 'another order']) expect(text).toContain(shown);
  expect(await run('resend')).toMatchObject({ code: 1, text: expect.stringContaining('--all') });
  expect(await run('resend', '1', '77')).toEqual({
    code: 1,
    text: '1 put back: 1.\nsluice: 77: not among the messages that were given up',
  });
  expect(await run('resend', '--all')).toEqual({ code: 0, text: '1 put back: 2.' });
  expect(await run('dead')).toMatchObject({ code: 0, text: 'No message was given up.' });
  const open = await sql`select from notifier.post where state = 'open' and tries = 0`;
  expect(open).toHaveLength(2);
  await sql.end();
  await database.drop();
});

import { connectPostgres, readEnv, type Sql } from '@sluice/service-runtime';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { refused } from '../failures.ts';
import { age } from '../output/age.ts';
import { type Format, showList, wholeNumber } from '../output/show.ts';
import type { Column } from '../output/table.ts';
import { databaseSchema } from './database.ts';

type DeadMessage = { id: number; at: string; chat: string; messages: number; error: string; text: string };

/** `sluice notifications dead` and `sluice notifications resend`. */
export function addNotifications(program: Command, { environment, output, now }: Context): void {
  const url = () => readEnv(databaseSchema, environment).DATABASE_URL;
  const notifications = program
    .command('notifications')
    .summary('Telegram messages that were given up: see them, send them again')
    .description('Telegram messages that were given up. Whatever only waits for Telegram is sent by itself.');
  notifications
    .command('dead')
    .description('Lists them, newest first, each with what to do about it.')
    .option('--limit <number>', 'at most so many', wholeNumber, 50)
    .addOption(new Option('-o, --output <format>', 'how it is shown').choices(['table', 'json']).default('table'))
    .addHelpText('after', '\nExamples:\n  sluice notifications dead\n  sluice notifications dead -o json')
    .action(async ({ limit, output: format }: { limit: number; output: Format }) => {
      const found = await onDatabase(url(), (sql) => readDead(sql, limit + 1));
      const rows = found.slice(0, limit);
      const answer = { dead_notifications: rows };
      const none = 'No message was given up.';
      showList(output, format, { columns: columns(now()), rows, answer, none, more: found.length > limit });
    });
  notifications
    .command('resend')
    .description('Puts messages back, to be sent before what waits for their chat. Mend what stopped them first.')
    .argument('[ids...]', 'ids of `sluice notifications dead`')
    .option('--all', 'all of them')
    .addHelpText('after', '\nExamples:\n  sluice notifications resend 12 13\n  sluice notifications resend --all')
    .action(async (ids: string[], { all }: { all?: boolean }) => {
      if ((ids.length === 0) === (all !== true)) throw refused('name the messages to send again, or --all; not both');
      const wanted = all ? null : ids.map(wholeNumber);
      const sent = await onDatabase(url(), (sql) => resend(sql, wanted));
      const missing = (wanted ?? []).filter((id) => !sent.includes(id));
      output.out(`${sent.length} put back${sent.length > 0 ? `: ${sent.join(', ')}` : ''}.`);
      if (missing.length > 0) throw refused(`${missing.join(', ')}: not among the messages that were given up`);
    });
}

async function readDead(sql: Sql, limit: number): Promise<DeadMessage[]> {
  return await sql<DeadMessage[]>`
    select id, at::text as at, chat, messages, error, text from notifier.dead_letter order by id desc limit ${limit}`;
}

async function resend(sql: Sql, ids: number[] | null): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`select notifier.resend(${ids}::bigint[]) as id`;
  return rows.map(({ id }) => id);
}

async function onDatabase<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connectPostgres({ url, max: 1, applicationName: 'sluice' });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function columns(now: number): Column<DeadMessage>[] {
  return [
    { head: 'ID', of: (message) => message.id, right: true },
    { head: 'AGE', of: (message) => age(new Date(message.at).toISOString(), now), right: true },
    { head: 'CHAT', of: (message) => message.chat },
    { head: 'MESSAGES', of: (message) => message.messages, right: true },
    { head: 'WHY AND WHAT TO DO', of: (message) => message.error },
    { head: 'TEXT', of: (message) => message.text.split('\n').slice(0, 2).join(' ') },
  ];
}

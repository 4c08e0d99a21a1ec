import { readEnv } from '@sluice/service-runtime';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { refused, unanswered } from '../failures.ts';
import type { Format } from '../output/show.ts';
import { applyConfigurationFile } from './apply-configuration-file.ts';
import { diffConfigurationFile } from './diff-configuration-file.ts';
import { migrateDatabase } from './migrate-database.ts';
import { waitForDatabase } from './wait-for-database.ts';

export const databaseSchema = z.object({
  DATABASE_URL: z
    .string('set it to the Postgres to work on, postgres://user:password@host:port/database')
    .regex(/^postgres(ql)?:\/\//, 'it must look like postgres://user:password@host:port/database'),
});
const outputOption = () =>
  new Option('-o, --output <format>', 'how it is shown').choices(['table', 'json']).default('table');
const secrets = `
The file names secrets and never holds them. Webhook tokens must be readable here, as environment variables or below
SECRETS_DIR, because their hashes are stored; exchange keys are warned about.
`;

/** `sluice migrate`, `sluice wait`, `sluice config diff` and `apply`, which work on the database itself. */
export function addDatabaseCommands(program: Command, { environment, output }: Context): void {
  const databaseUrl = () => readEnv(databaseSchema, environment).DATABASE_URL;
  const succeed = (succeeded: boolean, otherwise: string) => {
    if (!succeeded) throw refused(otherwise);
  };
  const config = program
    .command('config')
    .summary('check a configuration file, and put it into force')
    .description('Checks a configuration file against the one in force, and puts it into force.');
  config
    .command('diff')
    .description('Checks a configuration file and shows what applying it would change.')
    .argument('<file>', 'the YAML')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `${secrets}\nExamples:\n  sluice config diff prod.yaml\n  sluice config diff prod.yaml -o json | jq .changes[].name`,
    )
    .action(async (file: string, options: { output: Format }) =>
      succeed(
        await diffConfigurationFile(databaseUrl(), file, environment, output, options.output),
        'applying this file would be refused',
      ),
    );
  config
    .command('apply')
    .description('Checks a configuration file, shows the difference and puts it into force, all or nothing.')
    .argument('<file>', 'the YAML')
    .addOption(outputOption())
    .addHelpText('after', `${secrets}\nExamples:\n  sluice config apply prod.yaml`)
    .action(async (file: string, options: { output: Format }) =>
      succeed(
        await applyConfigurationFile(databaseUrl(), file, environment, output, options.output),
        'refused; nothing was changed',
      ),
    );
  program
    .command('migrate')
    .summary("bring the database's tables and queues up to date")
    .description("Brings the database's tables and queues up to date. Safe to run again.")
    .addHelpText('after', '\nExamples:\n  DATABASE_URL=postgres://… sluice migrate')
    .action(async () => void (await migrateDatabase(databaseUrl(), output)));
  program
    .command('wait')
    .summary('wait until the database answers, or until it is migrated')
    .description('Waits until the database answers, or until a migration of this version or a later one is complete.')
    .addArgument(new Argument('<what>', 'what to wait for').choices(['database', 'migrated']))
    .option('--seconds <number>', 'how long at most', wholeSeconds, 300)
    .addHelpText('after', '\nExamples:\n  sluice wait migrated --seconds 600')
    .action(async (what: 'database' | 'migrated', { seconds }: { seconds: number }) => {
      const reason = await waitForDatabase(databaseUrl(), what, seconds * 1_000, output);
      if (reason !== undefined) throw unanswered(`not within ${seconds} s: ${reason}`);
    });
}

function wholeSeconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It should be a whole number of seconds.');
  return Number(text);
}

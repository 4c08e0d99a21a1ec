import { ConfigurationError } from '@sluice/configuration';
import { MigrationError, readEnv, startFailureSentence } from '@sluice/service-runtime';
import { z } from 'zod';
import { type Command, helpText, readCommandLine } from './command-line.ts';
import { applyConfigurationFile } from './commands/apply-configuration-file.ts';
import { diffConfigurationFile } from './commands/diff-configuration-file.ts';
import { listJobs } from './commands/jobs.ts';
import { migrateDatabase } from './commands/migrate-database.ts';
import { runJobNow } from './commands/run-job.ts';

export type Output = { out: (line: string) => void; err: (line: string) => void };
export type Environment = Readonly<Record<string, string | undefined>>;

const exitCodes = { done: 0, failed: 1, wrongUsage: 2 } as const;

const environmentSchema = z.object({
  DATABASE_URL: z
    .string('set it to the Postgres to work on, postgres://user:password@host:port/database')
    .regex(/^postgres(ql)?:\/\//, 'it must look like postgres://user:password@host:port/database'),
});

/** Runs one command line and gives the exit code. Everything wrong is told in words on `err`, never as a stack. */
export async function runCommand(args: readonly string[], environment: Environment, output: Output): Promise<number> {
  const command = readCommandLine(args);
  switch (command.kind) {
    case 'help':
      output.out(helpText);
      return exitCodes.done;
    case 'wrong-usage':
      output.err(`sluice: ${command.reason}\n\n${helpText}`);
      return exitCodes.wrongUsage;
    default:
      try {
        const succeeded = await execute(command, environment, output);
        return succeeded ? exitCodes.done : exitCodes.failed;
      } catch (error) {
        output.err(explain(error));
        return exitCodes.failed;
      }
  }
}

type DatabaseCommand = Exclude<Command, { kind: 'help' | 'wrong-usage' }>;

async function execute(command: DatabaseCommand, environment: Environment, output: Output): Promise<boolean> {
  const { DATABASE_URL: url } = readEnv(environmentSchema, environment);
  switch (command.kind) {
    case 'migrate':
      return migrateDatabase(url, output);
    case 'jobs':
      return listJobs(url, output);
    case 'run-job':
      return runJobNow(url, command.job, output);
    case 'config-diff':
      return diffConfigurationFile(url, command.file, environment, output);
    case 'config-apply':
      return applyConfigurationFile(url, command.file, environment, output);
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigurationError) {
    const count = error.problems.length;
    return `${error.message}\n${count === 1 ? 'One mistake' : `${count} mistakes`}; nothing was changed.`;
  }
  if (error instanceof MigrationError) return `sluice: ${error.message}`;
  return `sluice: ${startFailureSentence(error)}`;
}

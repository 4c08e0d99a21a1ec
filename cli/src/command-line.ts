import { parseArgs } from 'node:util';

/** What a person asked for, or what is wrong with how they asked. */
export type Command =
  | { kind: 'help' }
  | { kind: 'migrate' }
  | { kind: 'config-diff'; file: string }
  | { kind: 'config-apply'; file: string }
  | { kind: 'jobs' }
  | { kind: 'run-job'; job: string }
  | { kind: 'wrong-usage'; reason: string };

export const helpText = `sluice: trading alerts in, exchange orders out, safely

Usage:
  sluice migrate               bring the database's tables and queues up to date; safe to run again
  sluice config diff FILE      check a configuration file and show what applying it would change
  sluice config apply FILE     check it, show the difference and put it into force, all or nothing
  sluice jobs                  list the background jobs with their next and last runs
  sluice run JOB               run a background job now, by its id or another of its names, and wait for its outcome

Options:
  -h, --help                   show this text

Environment:
  DATABASE_URL                 the Postgres to work on, postgres://user:password@host:port/database
  SECRETS_DIR                  where secrets named as { file: path } are looked for
  and every variable the file names as { env: NAME }: webhook tokens must be there, exchange keys are warned about

Exit codes: 0 done, 1 it failed or the file is wrong, 2 the command line is wrong`;

/** Pure: reads the arguments after the program's name. */
export function readCommandLine(args: readonly string[]): Command {
  let positionals: string[];
  try {
    const parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (parsed.values.help) return { kind: 'help' };
    positionals = parsed.positionals;
  } catch (error) {
    return { kind: 'wrong-usage', reason: error instanceof Error ? error.message : String(error) };
  }
  const [command, ...rest] = positionals;
  switch (command) {
    case undefined:
      return { kind: 'wrong-usage', reason: 'no command was given' };
    case 'help':
      return { kind: 'help' };
    case 'migrate':
      return rest.length === 0
        ? { kind: 'migrate' }
        : { kind: 'wrong-usage', reason: `migrate takes nothing after it, found "${rest.join(' ')}"` };
    case 'jobs':
      return rest.length === 0
        ? { kind: 'jobs' }
        : { kind: 'wrong-usage', reason: `jobs takes nothing after it, found "${rest.join(' ')}"` };
    case 'run': {
      const [job, ...more] = rest;
      return job === undefined || more.length > 0
        ? { kind: 'wrong-usage', reason: 'run takes exactly one job' }
        : { kind: 'run-job', job };
    }
    case 'config':
      return readConfigCommand(rest);
    default:
      return { kind: 'wrong-usage', reason: `there is no command "${command}"` };
  }
}

function readConfigCommand([action, file, ...more]: string[]): Command {
  if (action !== 'diff' && action !== 'apply') {
    return { kind: 'wrong-usage', reason: `config takes diff or apply, found ${action ? `"${action}"` : 'neither'}` };
  }
  if (file === undefined || more.length > 0) {
    return { kind: 'wrong-usage', reason: `config ${action} takes exactly one file` };
  }
  return { kind: `config-${action}`, file };
}

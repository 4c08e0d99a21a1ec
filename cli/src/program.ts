import { Command } from 'commander';
import { addDatabaseCommands } from './commands/database.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addEvents } from './commands/events.ts';
import { addHalts } from './commands/halts.ts';
import { addJobs } from './commands/jobs.ts';
import { addNotifications } from './commands/notifications.ts';
import { addOrders } from './commands/orders.ts';
import { addPerformance } from './commands/performance.ts';
import { addRunJob } from './commands/run-job.ts';
import { addSettle } from './commands/settle.ts';
import { addStrategies } from './commands/strategies.ts';
import type { Context } from './context.ts';

const more = `
Environment:
  SLUICE_URL               the gateway, http://127.0.0.1:8080 when not set
  SLUICE_ADMIN_TOKEN       its admin token; or SLUICE_ADMIN_TOKEN_FILE, a file with it
  DATABASE_URL             migrate, wait, config, notifications and performance --calculate: the Postgres to work on,
                           postgres://user:password@host:port/database
  SECRETS_DIR              config: where secrets named as { file: path } are looked for

Exit codes:
  0  done
  1  refused, not found, or the file is wrong: another try changes nothing
  2  the command line is wrong; nothing was tried
  3  the gateway or the database did not answer: try again, or look whether it happened

"sluice <command> --help" has examples.`;

/** Every command. The program is a value: it writes to the context's output and ends no process. */
export function createProgram(context: Context): Command {
  const { output } = context;
  const program = new Command('sluice')
    .description('Trading alerts in, exchange orders out, safely: see what is there, stop it, configure it.')
    .addHelpText('after', more)
    .showHelpAfterError('Run it with --help to see how.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.replace(/\n$/, '')),
      writeErr: (text) => output.err(text.replace(/\n$/, '')),
      outputError: (text, write) => write(text.replace(/^error: /, 'sluice: ')),
      // As wide whoever reads it: what is tested is what is seen.
      getOutHelpWidth: () => 120,
      getErrHelpWidth: () => 120,
    });
  addOrders(program, context);
  addEvents(program, context);
  addStrategies(program, context);
  addPerformance(program, context);
  addHalts(program, context);
  addSettle(program, context);
  addJobs(program, context);
  addRunJob(program, context);
  addDeadLetters(program, context);
  addNotifications(program, context);
  addDatabaseCommands(program, context);
  return program;
}

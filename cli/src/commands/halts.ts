import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { connectGateway } from '../gateway/gateway-client.ts';
import { age } from '../output/age.ts';
import { type Format, showList } from '../output/show.ts';
import type { Column } from '../output/table.ts';

type Halts = {
  halts: { scope: string; name: string; reason: string; by: string; since: string }[];
  paused: { account: string; reason: string; since: string }[];
};
type Row = { what: string; state: string; by: string | null; since: string; reason: string };
type Options = { all?: true; strategy?: string; account?: string; reason?: string; output: Format };

const outputOption = () =>
  new Option('-o, --output <format>', 'how it is shown').choices(['table', 'json']).default('table');
const notes = `
Halted sends nothing new. Cancels still work, pending orders stay, and it lasts over restarts. All, each strategy and each
account are switches of their own: resuming all leaves a halted strategy halted.

Done (exit code 0) means in force on every replica. "accepted, not confirmed yet" (exit code 3) means that no order-queue
has answered: it is carried out as soon as one runs. Asking again does no harm.
`;

/** `sluice halt`, `sluice resume` and `sluice halts`. */
export function addHalts(program: Command, { environment, output, now }: Context): void {
  const change = (name: 'halt' | 'resume', summary: string, description: string, examples: string) => {
    const command = program.command(name).summary(summary).description(description);
    const among = ['all', 'strategy', 'account'];
    command
      .addOption(new Option('--all', 'all strategies on all accounts').conflicts(among.slice(1)))
      .addOption(new Option('--strategy <name>', 'one strategy').conflicts(['all', 'account']))
      .addOption(new Option('--account <name>', 'one account').conflicts(['all', 'strategy']))
      .option('--reason <text>', 'kept, shown, and answered to alerts that come meanwhile')
      .addOption(outputOption())
      .addHelpText('after', `${notes}\nExamples:\n${examples}`)
      .action(async (options: Options) => {
        const { all, strategy, account, reason } = options;
        if (all === undefined && strategy === undefined && account === undefined) {
          command.error(`error: ${name} takes one of --all, --strategy <name> and --account <name>`);
        }
        const by = environment.USER || environment.LOGNAME;
        const body = { all, strategy, account, reason, ...(by ? { by } : {}) };
        const answer = await connectGateway(environment).post<Halts>(`/admin/${name}`, body);
        if (options.output === 'json') return output.out(JSON.stringify(answer, null, 2));
        const what =
          strategy !== undefined ? `strategy ${strategy}` : account !== undefined ? `account ${account}` : 'all';
        output.out(`${what} ${name === 'halt' ? 'halted' : 'resumed'}`);
        const left = rowsOf(answer).filter((row) => name === 'resume' || row.what !== what);
        if (left.length > 0) output.err(`Sending nothing new as well: ${left.map((row) => row.what).join(', ')}.`);
      });
  };
  change(
    'halt',
    'send nothing new for all, a strategy or an account',
    'Stops sending anything new for all, a strategy or an account.',
    '  sluice halt --all --reason "exchange maintenance"\n  sluice halt --strategy test1\n  sluice halt --account main',
  );
  change(
    'resume',
    'send again',
    'Lets all, a strategy or an account send again. An account that paused itself for its key or clock is resumed the same way.',
    '  sluice resume --all\n  sluice resume --account main',
  );
  program
    .command('halts')
    .summary('list what is halted or paused, and why')
    .description('Lists what sends nothing new: halted by a person, or an account that paused itself.')
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  sluice halts')
    .action(async (options: { output: Format }) => {
      const answer = await connectGateway(environment).get<Halts>('/admin/halt');
      showList(output, options.output, {
        columns: columns(now()),
        rows: rowsOf(answer),
        answer,
        none: 'Nothing is halted or paused.',
      });
    });
}

function rowsOf({ halts, paused }: Halts): Row[] {
  return [
    ...halts.map(({ scope, name, ...of }) => ({
      what: scope === 'all' ? 'all' : `${scope} ${name}`,
      state: 'halted',
      ...of,
    })),
    ...paused.map(({ account, ...of }) => ({ what: `account ${account}`, state: 'paused', by: null, ...of })),
  ];
}

function columns(now: number): Column<Row>[] {
  return [
    { head: 'WHAT', of: (row) => row.what },
    { head: 'STATE', of: (row) => row.state },
    { head: 'SINCE', of: (row) => age(row.since, now), right: true },
    { head: 'BY', of: (row) => row.by },
    { head: 'REASON', of: (row) => row.reason },
  ];
}

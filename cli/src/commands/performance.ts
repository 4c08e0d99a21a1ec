import { readEnv } from '@sluice/service-runtime';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../context.ts';
import { connectGateway } from '../gateway/gateway-client.ts';
import { readList } from '../gateway/read-list.ts';
import { type Format, formats, showList, wholeNumber } from '../output/show.ts';
import type { Column } from '../output/table.ts';
import { calculatePerformance } from './calculate-performance.ts';
import { databaseSchema } from './database.ts';

type Result = {
  day: string;
  strategy: string;
  trades: number;
  wins: number;
  realized_pnl: string;
  fees: string;
  other_fees: Record<string, string>;
  funding: string;
  capital: string | null;
  return_percent: string | null;
};
type Options = {
  strategy?: string;
  account?: string;
  from?: string;
  to?: string;
  calculate?: true;
  limit: number;
  output: Format;
};

const notes = `
A day is one of the installation's time zone. TRADES are orders that closed something, WINS those that earned by it. PROFIT is
before fees and funding, RETURN after them, in per cent of the capital allotted at the end of the day.

Days are calculated once they have ended, and again when something late changes them. --calculate does so now for the
days from --from to --to, on the database itself (DATABASE_URL); done twice it changes nothing.
`;

/** `sluice performance`. */
export function addPerformance(program: Command, { environment, output }: Context): void {
  const command = program
    .command('performance')
    .summary('list what each strategy earned by the day')
    .description('Lists what each strategy earned by the day, newest first, over its accounts.')
    .option('--strategy <names>', 'one or more, parted by commas')
    .option('--account <names>', 'one or more, parted by commas')
    .option('--from <day>', 'the first day, e.g. 2025-10-01', readDay)
    .option('--to <day>', 'the last day', readDay)
    .option('--calculate', 'calculate these days anew first')
    .option('--limit <n>', 'at most so many', wholeNumber, 100)
    .addOption(new Option('-o, --output <format>', 'how it is shown').choices(formats).default('table'))
    .addHelpText(
      'after',
      `${notes}\nExamples:\n  sluice performance --strategy test1 --from 2025-10-01\n  sluice performance --from 2025-10-01 --to 2025-10-23 --calculate`,
    )
    .action(async ({ strategy, account, from, to, calculate, limit, output: format }: Options) => {
      if (calculate) {
        if (from === undefined || to === undefined) return command.error('error: --calculate takes --from and --to');
        const { DATABASE_URL: url } = readEnv(databaseSchema, environment);
        output.err(await calculatePerformance(url, from, to));
      }
      const query = { strategy, account, from, to };
      const list = await readList<Result>(connectGateway(environment), '/api/performance', 'performance', {
        limit,
        query,
      });
      const { rows, more } = list;
      showList(output, format, { columns, rows, answer: { performance: rows }, none: 'No results yet.', more });
    });
}

const columns: Column<Result>[] = [
  { head: 'DAY', of: (r) => r.day },
  { head: 'STRATEGY', of: (r) => r.strategy },
  { head: 'TRADES', of: (r) => r.trades, right: true },
  { head: 'WINS', of: (r) => r.wins, right: true },
  { head: 'PROFIT', of: (r) => r.realized_pnl, right: true },
  { head: 'FEES', of: (r) => r.fees, right: true },
  { head: 'FUNDING', of: (r) => r.funding, right: true },
  { head: 'RETURN', of: (r) => (r.return_percent === null ? null : `${r.return_percent}%`), right: true },
  { head: 'CAPITAL', of: (r) => r.capital, right: true, wide: true },
  { head: 'OTHER FEES', of: (r) => otherFees(r.other_fees), wide: true },
];

function otherFees(fees: Record<string, string>): string {
  return Object.entries(fees)
    .map(([currency, fee]) => `${fee} ${currency}`)
    .join(', ');
}

function readDay(text: string): string {
  const read = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  if (read === undefined || Number.isNaN(read.getTime()) || !read.toISOString().startsWith(text)) {
    throw new InvalidArgumentError('It should be a day, e.g. 2025-10-23.');
  }
  return text;
}

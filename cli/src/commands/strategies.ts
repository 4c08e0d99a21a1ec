import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { connectGateway } from '../gateway/gateway-client.ts';
import { readList } from '../gateway/read-list.ts';
import { type Format, formats, showList } from '../output/show.ts';
import type { Column } from '../output/table.ts';

type Link = {
  account: string;
  share: string | null;
  capital: string | null;
  leverage: string;
  hold: string | null;
  orders: Record<string, number>;
};
type Strategy = { strategy: string; market_type: string; active: boolean; halted: string | null; accounts: Link[] };
type Account = {
  account: string;
  venue: string;
  active: boolean;
  halted: string | null;
  paused: string | null;
  open: number;
  pending: number;
  limit: number | null;
  foreign_open: number;
  stream: string | null;
};
type Position = {
  strategy: string | null;
  account: string;
  symbol: string;
  quantity: string;
  average_entry: string | null;
  realized_pnl: string;
  unrealized_pnl: string | null;
  unattributed: string;
};

const everything = 10_000;
const outputOption = () => new Option('-o, --output <format>', 'how it is shown').choices(formats).default('table');

/** `sluice strategies`, `sluice accounts` and `sluice positions`. */
export function addStrategies(program: Command, { environment, output }: Context): void {
  program
    .command('strategies')
    .summary('list strategies with their accounts, capital and live orders')
    .description('Lists strategies, a line per account they trade on.')
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  sluice strategies\n  sluice strategies -o json')
    .action(async (options: { output: Format }) => {
      const gateway = connectGateway(environment);
      const list = await readList<Strategy>(gateway, '/api/strategies', 'strategies', { limit: everything });
      const rows = list.rows.flatMap((strategy) => strategy.accounts.map((link) => ({ strategy, link })));
      const answer = { strategies: list.rows };
      showList(output, options.output, { columns: strategyColumns, rows, answer, none: 'No strategies.' });
    });
  program
    .command('accounts')
    .summary('list accounts: what is open there, halted, paused')
    .description(
      'Lists accounts. OPEN is what rests on the exchange over all symbols, LIMIT the configured number per symbol.',
    )
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  sluice accounts\n  sluice accounts -o json')
    .action(async (options: { output: Format }) => {
      const gateway = connectGateway(environment);
      const { rows } = await readList<Account>(gateway, '/api/accounts', 'accounts', { limit: everything });
      showList(output, options.output, {
        columns: accountColumns,
        rows,
        answer: { accounts: rows },
        none: 'No accounts.',
      });
    });
  program
    .command('positions')
    .summary('list positions with their profit')
    .description('Lists what each strategy holds on each account.')
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  sluice positions\n  sluice positions -o json')
    .action(async (options: { output: Format }) => {
      const gateway = connectGateway(environment);
      const { rows } = await readList<Position>(gateway, '/api/positions', 'positions', { limit: everything });
      showList(output, options.output, {
        columns: positionColumns,
        rows,
        answer: { positions: rows },
        none: 'No positions.',
      });
    });
}

const strategyColumns: Column<{ strategy: Strategy; link: Link }>[] = [
  { head: 'STRATEGY', of: ({ strategy }) => strategy.strategy },
  { head: 'MARKET', of: ({ strategy }) => strategy.market_type },
  { head: 'ACCOUNT', of: ({ link }) => link.account },
  { head: 'CAPITAL', of: ({ link }) => link.capital, right: true },
  { head: 'SHARE', of: ({ link }) => (link.share === null ? null : `${link.share}%`), right: true },
  { head: 'LEVERAGE', of: ({ link }) => link.leverage, right: true },
  { head: 'OPEN', of: ({ link }) => onExchange(link.orders), right: true },
  { head: 'PENDING', of: ({ link }) => link.orders.pending ?? 0, right: true },
  { head: 'STATUS', of: ({ strategy, link }) => link.hold ?? (strategy.active ? 'active' : 'inactive') },
];

const accountColumns: Column<Account>[] = [
  { head: 'ACCOUNT', of: (a) => a.account },
  { head: 'VENUE', of: (a) => a.venue },
  { head: 'OPEN', of: (a) => a.open, right: true },
  { head: 'PENDING', of: (a) => a.pending, right: true },
  { head: 'LIMIT', of: (a) => a.limit, right: true },
  { head: 'FOREIGN', of: (a) => a.foreign_open, right: true },
  { head: 'STREAM', of: (a) => a.stream },
  { head: 'STATUS', of: statusOf },
];

const positionColumns: Column<Position>[] = [
  { head: 'STRATEGY', of: (p) => p.strategy },
  { head: 'ACCOUNT', of: (p) => p.account },
  { head: 'SYMBOL', of: (p) => p.symbol },
  { head: 'QUANTITY', of: (p) => p.quantity, right: true },
  { head: 'ENTRY', of: (p) => p.average_entry, right: true },
  { head: 'REALIZED', of: (p) => p.realized_pnl, right: true },
  { head: 'UNREALIZED', of: (p) => p.unrealized_pnl, right: true },
  { head: 'UNATTRIBUTED', of: (p) => p.unattributed, right: true },
];

function statusOf({ active, halted, paused }: Account): string {
  if (halted !== null) return `halted: ${halted}`;
  if (paused !== null) return `paused: ${paused}`;
  return active ? 'active' : 'inactive';
}

function onExchange({ pending: _, ...others }: Record<string, number>): number {
  return Object.values(others).reduce((sum, count) => sum + count, 0);
}

import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { connectGateway } from '../gateway/gateway-client.ts';
import { readList } from '../gateway/read-list.ts';
import { age } from '../output/age.ts';
import { type Format, formats, showList, wholeNumber } from '../output/show.ts';
import { type Column, fieldLines, tableLines } from '../output/table.ts';

type Order = {
  id: number;
  strategy: string;
  account: string;
  symbol: string;
  type: string;
  side: string;
  state: string;
  rank: number | null;
  waits: string | null;
  price: string | null;
  stop_price: string | null;
  quantity: string;
  executed: string;
  remaining: string;
  reduce_only: boolean;
  order_id: string | null;
  client_order_id: string | null;
  alert_id: string;
  attempts: number;
  needs_person_since: string | null;
  failure: string | null;
  received_at: string;
  ended_at: string | null;
};
type Attempt = {
  number: number;
  client_order_id: string;
  order_id: string | null;
  quantity: string;
  executed: string;
  final: boolean;
  next: string | null;
};
type Story = { order: Order; attempts: Attempt[]; events: { at: string; kind: string; text: string }[] };
type Options = {
  strategy?: string;
  account?: string;
  symbol?: string;
  state?: string;
  all?: true;
  limit: number;
  output: Format;
};

/** `sluice orders` and `sluice order`. */
export function addOrders(program: Command, context: Context): void {
  const { environment, output, now } = context;
  program
    .command('orders')
    .summary('list orders: state, rank, and what keeps one waiting')
    .description('Lists orders, newest first. Without --state and --all: those that have not ended.')
    .option('--strategy <names>', 'of these strategies, parted by commas')
    .option('--account <names>', 'on these accounts, parted by commas')
    .option('--symbol <symbol>', 'of this symbol, BTC/USDT')
    .option('--state <states>', 'in these states, parted by commas; live or ended stand for several')
    .option('--all', 'in any state')
    .option('--limit <number>', 'at most so many', wholeNumber, 50)
    .addOption(new Option('-o, --output <format>', 'how it is shown').choices(formats).default('table'))
    .addHelpText(
      'after',
      '\nExamples:\n  sluice orders --state pending\n  sluice orders --account main --symbol BTC/USDT -o wide\n  sluice orders --all --limit 1000 -o json | jq -r .orders[].id',
    )
    .action(async (options: Options) => {
      const { strategy, account, symbol, limit } = options;
      const state = options.state ?? (options.all ? undefined : 'live');
      const query = { strategy, account, symbol, state };
      const { rows, more } = await readList<Order>(connectGateway(environment), '/api/orders', 'orders', {
        limit,
        query,
      });
      const none = state === 'live' ? 'No live orders; --all shows those that have ended.' : 'No orders.';
      showList(output, options.output, { columns: columns(now()), rows, answer: { orders: rows }, none, more });
    });

  program
    .command('order')
    .summary("tell one order's story: attempts and everything that happened")
    .description('Shows one order with every attempt to place it and everything that happened to it.')
    .argument('<id>', 'the order, its pending_order_id', wholeNumber)
    .addOption(new Option('-o, --output <format>', 'how it is shown').choices(['table', 'json']).default('table'))
    .addHelpText('after', '\nExamples:\n  sluice order 67\n  sluice order 67 -o json | jq .events[].text')
    .action(async (id: number, options: { output: Format }) => {
      const story = await connectGateway(environment).get<Story>(`/api/orders/${id}`);
      if (options.output === 'json') output.out(JSON.stringify(story, null, 2));
      else for (const line of storyLines(story)) output.out(line);
    });
}

function columns(now: number): Column<Order>[] {
  return [
    { head: 'ID', of: (o) => o.id, right: true },
    { head: 'STRATEGY', of: (o) => o.strategy },
    { head: 'ACCOUNT', of: (o) => o.account },
    { head: 'SYMBOL', of: (o) => o.symbol },
    { head: 'TYPE', of: (o) => o.type },
    { head: 'SIDE', of: (o) => o.side },
    { head: 'PRICE', of: (o) => o.price, right: true },
    { head: 'STOP', of: (o) => o.stop_price, right: true, wide: true },
    { head: 'REMAINING', of: (o) => o.remaining, right: true },
    { head: 'QUANTITY', of: (o) => o.quantity, right: true, wide: true },
    { head: 'STATE', of: (o) => o.state },
    { head: 'RANK', of: (o) => o.rank, right: true },
    { head: 'AGE', of: (o) => age(o.received_at, now), right: true },
    { head: 'ATTEMPTS', of: (o) => o.attempts, right: true, wide: true },
    { head: 'ORDER ID', of: (o) => o.order_id, wide: true },
    { head: 'ALERT', of: (o) => o.alert_id, wide: true },
    { head: 'WAITS', of: (o) => o.waits ?? needsPerson(o) ?? o.failure },
  ];
}

function needsPerson({ id, needs_person_since: since }: Order): string | null {
  return since === null ? null : `since ${since}: say what became of it, sluice settle ${id} --help`;
}

function storyLines({ order, attempts, events }: Story): string[] {
  const price = [order.price, order.stop_price === null ? null : `stop ${order.stop_price}`].filter(
    (part) => part !== null,
  );
  const asked = needsPerson(order);
  const fields: [string, string | number | null][] = [
    ['Order', order.id],
    ['Strategy', order.strategy],
    ['Account', order.account],
    [
      'What',
      [order.type, order.side, order.quantity, order.symbol, ...(price.length > 0 ? ['at', ...price] : [])].join(' '),
    ],
    ['State', order.state],
    ['Rank', order.rank],
    ['Waits', order.waits],
    ...(asked === null ? [] : [['Needs you', asked] as [string, string]]),
    ['Executed', `${order.executed}, remaining ${order.remaining}${order.reduce_only ? ', reduce-only' : ''}`],
    ['Failure', order.failure],
    ['Alert', order.alert_id],
  ];
  const tries = tableLines<Attempt>(
    [
      { head: 'ATTEMPT', of: (a) => a.number, right: true },
      { head: 'CLIENT ORDER ID', of: (a) => a.client_order_id },
      { head: 'ORDER ID', of: (a) => a.order_id },
      { head: 'QUANTITY', of: (a) => a.quantity, right: true },
      { head: 'EXECUTED', of: (a) => a.executed, right: true },
      { head: 'NEXT', of: (a) => a.next ?? (a.final ? 'over' : null) },
    ],
    attempts,
  );
  const told = tableLines<Story['events'][number]>(
    [
      { head: 'AT', of: (e) => e.at },
      { head: 'EVENT', of: (e) => e.kind },
      { head: 'WHAT HAPPENED', of: (e) => e.text },
    ],
    events,
  );
  return [...fieldLines(fields), ...(attempts.length > 0 ? ['', ...tries] : []), '', ...told];
}

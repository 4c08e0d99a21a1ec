import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { connectGateway } from '../gateway/gateway-client.ts';
import { type Format, wholeNumber } from '../output/show.ts';

type Options = { orderId?: string; neverArrived?: true; output: Format };

const notes = `
For an order whose answer was lost on an exchange that knows no ids of ours, and that no order or several of its day can
be: "sluice order <id>" shows since when somebody is asked. It holds its place, and nothing is sent for it until then.

Look at the orders of that day in the exchange's own app first. A number is held against what was sent: side, type,
quantity and price must agree. That it never arrived can be said ten minutes after it was sent at the earliest. It may be
sent again then: cancel the order before, if it is not wanted any more.

Examples:
  sluice settle 67 --order-id 20261123-06010-0000012345
  sluice settle 67 --never-arrived`;

/** `sluice settle`: a person says what became of an order that nobody else can tell of. */
export function addSettle(program: Command, { environment, output }: Context): void {
  const command = program.command('settle');
  command
    .summary('say what became of an order whose answer was lost')
    .description('Says what became of an order that was handed to a person.')
    .argument('<id>', 'the order, its pending_order_id', wholeNumber)
    .addOption(new Option('--order-id <number>', 'the order of the exchange that it is').conflicts('neverArrived'))
    .addOption(new Option('--never-arrived', 'the exchange never got it'))
    .addOption(new Option('-o, --output <format>', 'how it is shown').choices(['table', 'json']).default('table'))
    .addHelpText('after', notes)
    .action(async (id: number, options: Options) => {
      const { orderId, neverArrived } = options;
      if (orderId === undefined && neverArrived === undefined) {
        command.error('error: settle takes one of --order-id <number> and --never-arrived');
      }
      const by = environment.USER || environment.LOGNAME;
      const body = { order_id: orderId, never_arrived: neverArrived, ...(by ? { by } : {}) };
      const answer = await connectGateway(environment).post<{ state: string }>(`/admin/orders/${id}/settle`, body);
      output.out(options.output === 'json' ? JSON.stringify(answer, null, 2) : `order ${id} is ${answer.state}`);
    });
}

import { jobEventTypes, type LiveEvent, liveEventTypes } from '@sluice/contracts';
import { type Command, Option } from 'commander';
import { EventSource } from 'eventsource';
import type { Context } from '../context.ts';
import { refused } from '../failures.ts';
import { gatewayAddress } from '../gateway/gateway-client.ts';
import { wholeNumber } from '../output/show.ts';

type Options = {
  strategy?: string;
  account?: string;
  symbol?: string;
  types?: string;
  count?: number;
  output: 'lines' | 'json';
};

/** `sluice events`. */
export function addEvents(program: Command, { environment, output }: Context): void {
  program
    .command('events')
    .summary('follow what happens to orders and jobs, as it happens')
    .description(
      'Tells what happens from now on, until it is interrupted. When the connection is lost it goes on after it.',
    )
    .option('--strategy <names>', 'of these strategies, parted by commas')
    .option('--account <names>', 'on these accounts, parted by commas')
    .option('--symbol <symbol>', 'of this symbol, BTC/USDT')
    .option('--types <types>', `of these types, parted by commas: ${liveEventTypes.join(', ')}`)
    .option('--count <number>', 'end after so many', wholeNumber)
    .addOption(new Option('-o, --output <format>', 'how it is shown').choices(['lines', 'json']).default('lines'))
    .addHelpText(
      'after',
      `\nExamples:\n  sluice events --strategy test1\n  sluice events --types ${jobEventTypes.join(',')}\n  sluice events --types order.failed -o json | jq -r .failure.message`,
    )
    .action(async (options: Options) => {
      const { url, token } = gatewayAddress(environment);
      const { strategy, account, symbol, types } = options;
      const query = new URLSearchParams(
        Object.entries({ strategy, account, symbol, types }).filter((entry): entry is [string, string] => !!entry[1]),
      );
      const over = Promise.withResolvers<void>();
      let refusal: string | undefined;
      const source = new EventSource(`${url}/api/events?${query}`, {
        fetch: async (address, init) => {
          const response = await fetch(address, {
            ...init,
            headers: { ...init.headers, authorization: `Bearer ${token}` },
          });
          // What the gateway says is lost on an EventSource, which knows only the status.
          if (!response.ok) refusal = ((await response.json().catch(() => null)) as { error?: string } | null)?.error;
          return response;
        },
      });
      let told = 0;
      for (const type of liveEventTypes) {
        source.addEventListener(type, ({ data }) => {
          if (told === options.count) return;
          output.out(options.output === 'json' ? data : line(JSON.parse(data) as LiveEvent));
          told += 1;
          if (told === options.count) over.resolve();
        });
      }
      source.addEventListener('ready', () => output.err(`listening at ${url}`));
      source.addEventListener('reset', ({ data }) => output.err(`some may be missing: ${JSON.parse(data).reason}`));
      source.addEventListener('error', ({ code, message }) => {
        if (source.readyState === EventSource.CLOSED) {
          over.reject(refused(refusal ?? message ?? `the gateway at ${url} answered ${code}`));
        } else output.err(`not connected to ${url}: ${message ?? 'it ended'}; trying again`);
      });
      try {
        await over.promise;
      } finally {
        source.close();
      }
    });
}

function line(event: LiveEvent): string {
  const head = `${event.at}  ${event.type.padEnd(19)}`;
  if (!('order_id' in event)) {
    const end = event.outcome === null ? '' : ` ${event.outcome} after ${event.duration_ms} ms`;
    return `${head}  ${event.job_id}${end}${event.error === null ? '' : `: ${event.error}`}`;
  }
  const { order_id: id, strategy, account, order_type: type, side, quantity, symbol, price, executed, failure } = event;
  const what = `order ${id} ${strategy} ${account} ${type} ${side} ${quantity} ${symbol}${price === null ? '' : ` at ${price}`}`;
  const done = executed === null || Number(executed) === 0 ? '' : `, executed ${executed}`;
  const why = failure === null ? event.reason : `${failure.type}: ${failure.message}`;
  return `${head}  ${what}${done}${why === null ? '' : `: ${why}`}`;
}

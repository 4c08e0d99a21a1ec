import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { connectGateway } from '../gateway/gateway-client.ts';
import { readList } from '../gateway/read-list.ts';
import { age } from '../output/age.ts';
import { type Format, showList, wholeNumber } from '../output/show.ts';
import { type Column, fieldLines } from '../output/table.ts';

type DeadLetter = {
  id: number;
  received_at: string;
  reason: string;
  strategy: string | null;
  detail: string;
  bytes: number;
  body: string;
};

/** `sluice dead-letters` and `sluice dead-letters show`. */
export function addDeadLetters(program: Command, { environment, output, now }: Context): void {
  const outputOption = () =>
    new Option('-o, --output <format>', 'how it is shown').choices(['table', 'json']).default('table');
  const letters = program
    .command('dead-letters')
    .summary('requests that could not be taken, for whoever misses an alert')
    .description('Requests that could not be read or were refused. Their tokens were masked before they were stored.');
  letters
    .command('list', { isDefault: true })
    .description('Lists them, newest first.')
    .option('--limit <number>', 'at most so many', wholeNumber, 50)
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  sluice dead-letters\n  sluice dead-letters list --limit 500 -o json')
    .action(async (options: { limit: number; output: Format }) => {
      const { limit } = options;
      const gateway = connectGateway(environment);
      const { rows, more } = await readList<DeadLetter>(gateway, '/api/dead-letters', 'dead_letters', { limit });
      const answer = { dead_letters: rows };
      showList(output, options.output, { columns: columns(now()), rows, answer, none: 'No dead letters.', more });
    });
  letters
    .command('show')
    .description('Shows one with the beginning of its body.')
    .argument('<id>', 'its id', wholeNumber)
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  sluice dead-letters show 12')
    .action(async (id: number, options: { output: Format }) => {
      const answer = await connectGateway(environment).get<{ dead_letter: DeadLetter }>(`/api/dead-letters/${id}`);
      if (options.output === 'json') return output.out(JSON.stringify(answer, null, 2));
      const letter = answer.dead_letter;
      const lines = fieldLines([
        ['Dead letter', letter.id],
        ['Received', letter.received_at],
        ['Reason', letter.reason],
        ['Strategy', letter.strategy],
        ['Detail', letter.detail],
        ['Bytes', letter.bytes],
      ]);
      for (const line of [...lines, '', letter.body]) output.out(line);
    });
}

function columns(now: number): Column<DeadLetter>[] {
  return [
    { head: 'ID', of: (letter) => letter.id, right: true },
    { head: 'AGE', of: (letter) => age(letter.received_at, now), right: true },
    { head: 'REASON', of: (letter) => letter.reason },
    { head: 'STRATEGY', of: (letter) => letter.strategy },
    { head: 'BYTES', of: (letter) => letter.bytes, right: true },
    { head: 'DETAIL', of: (letter) => letter.detail },
  ];
}

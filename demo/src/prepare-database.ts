import pc from 'picocolors';
import { DemoError } from './demo-error.ts';
import { configurationFile, demoEnvironment } from './installation.ts';
import { countKeptOrders } from './kept-orders.ts';
import { runSluice } from './run-sluice.ts';
import type { Terminal } from './terminal.ts';

/** Tables, queues and configuration, and a word about what an earlier run left. Gives the services' environment. */
export async function prepareDatabase(
  databaseUrl: string,
  terminal: Terminal,
  stop: AbortSignal,
): Promise<NodeJS.ProcessEnv> {
  const environment = demoEnvironment(databaseUrl);
  await terminal
    .step('Tables and queues', () => runSluice(['migrate'], environment, stop))
    .catch((error) => {
      if (!(error instanceof DemoError)) throw error;
      throw new DemoError(`${error.message}\nIf the kept data is of another version: make clean forgets it.`);
    });
  const lines = await terminal.step(`Configuration, ${configurationFile}`, () =>
    runSluice(['config', 'apply', configurationFile], environment, stop),
  );
  for (const line of lines) terminal.line(pc.dim(`  ${line}`));

  const { onExchange, waiting } = await countKeptOrders(databaseUrl);
  if (onExchange + waiting > 0) {
    terminal.line(`Kept from an earlier run: ${onExchange} orders on the exchange, ${waiting} waiting.`);
    terminal.line('The paper exchange keeps nothing and has forgotten its orders. order-queue looks each of them up');
    terminal.line(
      'twice before it believes that it is gone, then ends it with a warning. Until then, up to a minute, they',
    );
    terminal.line('hold their places, and new orders wait for those.');
  }
  return environment;
}

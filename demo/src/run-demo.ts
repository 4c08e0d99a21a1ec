import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { LocalPostgresError, PortTakenError, startLocalPostgres } from '@sluice/local-postgres';
import { DemoError } from './demo-error.ts';
import { logDirectory, postgresDirectory, postgresPassword, postgresPort, services } from './installation.ts';
import { prepareDatabase } from './prepare-database.ts';
import { ServiceProcess } from './service-process.ts';
import { showNextSteps } from './show-next-steps.ts';
import { showSampleAlert } from './show-sample-alert.ts';
import { listenForStop } from './stop-request.ts';
import { requireFreePorts } from './taken-ports.ts';
import { Terminal } from './terminal.ts';
import { waitUntilReady } from './wait-until-ready.ts';
import { WarningDigest } from './warning-digest.ts';

const { values } = parseArgs({ options: { 'while-exists': { type: 'string' } } });
const once = Boolean(process.env.ONCE) && process.env.ONCE !== '0';
const terminal = new Terminal(process.stdout);
const warnings = new WarningDigest((line) => terminal.line(line));
const { stop: asked, hurry, close } = listenForStop(values['while-exists']);
const death = new AbortController();
const stop = AbortSignal.any([asked, death.signal]);

try {
  await runDemo();
} catch (error) {
  process.exitCode = explain(error);
} finally {
  close();
  // Else make says that it deletes it.
  if (values['while-exists'] !== undefined) rmSync(values['while-exists'], { force: true });
}

/** Everything that was started is stopped when this ends, in the reverse order, however it ends. */
async function runDemo(): Promise<void> {
  await using started = new AsyncDisposableStack();
  const port = postgresPort(process.env);
  await requireFreePorts(services);
  await mkdir(logDirectory, { recursive: true });

  const postgres = await terminal.step('Postgres', (say) =>
    startLocalPostgres({ directory: postgresDirectory, port, password: postgresPassword, onStep: say }),
  );
  started.defer(() => terminal.line('Everything is stopped; the data is kept (make clean forgets it).'));
  started.defer(() => terminal.step('Stopping Postgres', () => postgres.stop()));
  stop.throwIfAborted();

  const environment = await prepareDatabase(postgres.url, terminal, stop);

  await terminal.step('Services', async (say) => {
    for (const service of services) {
      const running = new ServiceProcess(service, environment, {
        warning: (line) => warnings.add(service.name, line),
        death: (reason) => death.abort(reason),
      });
      started.defer(() => terminal.step(`Stopping ${service.name}`, () => running.stop(hurry)));
    }
    await waitUntilReady(services, stop, say);
  });

  const alertId = await showSampleAlert(environment.TEST1_TOKEN!, terminal, stop);
  if (once) return;
  showNextSteps(alertId, postgres.url, terminal);
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  terminal.line();
  death.signal.throwIfAborted();
}

/** The exit code; what a person has to know is printed. */
function explain(error: unknown): number {
  // What fails after someone asked to stop fails because of that. 130 is what a shell gives for Ctrl-C.
  if (asked.aborted) return 130;
  terminal.line(`demo: ${inWords(death.signal.aborted ? death.signal.reason : error)}`);
  return 1;
}

function inWords(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  if (reason instanceof PortTakenError) return `${reason.message} with DEMO_POSTGRES_PORT.`;
  if (reason instanceof DemoError || reason instanceof LocalPostgresError) return reason.message;
  const denied = ['EACCES', 'EPERM'].includes((reason as NodeJS.ErrnoException).code ?? '');
  if (denied)
    return `${reason.message}. It belongs to another user: run make clean as that user, then make demo again.`;
  return reason.stack ?? reason.message;
}

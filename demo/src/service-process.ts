import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { DemoError } from './demo-error.ts';
import { type DemoService, logDirectory, root, shown } from './installation.ts';

/** Longer than order-queue takes to finish what it is sending. */
const stopDeadlineMs = 25_000;
const guard = fileURLToPath(new URL('./end-with-parent.ts', import.meta.url));

/** One service of the demo, running as a process of its own. */
export class ServiceProcess {
  readonly service: DemoService;
  readonly logFile: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #stopping = false;

  /**
   * `onWarning` gets every line of the log a person should see; `onDeath` is called when the process ends without
   * having been asked to.
   */
  constructor(
    service: DemoService,
    environment: NodeJS.ProcessEnv,
    on: { warning: (line: string) => void; death: (reason: DemoError) => void },
  ) {
    this.service = service;
    this.logFile = `${logDirectory}/${service.name}.log`;
    this.#child = spawn(process.execPath, ['--import', guard, `services/${service.name}/src/main.ts`], {
      cwd: root,
      env: { ...environment, PORT: String(service.port) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C reaches the demo alone, which stops its services one after the other.
      detached: true,
    });
    const log = createWriteStream(this.logFile);
    // `JSON` for a service that logs records and not lines.
    const important = /^\S+ \S+ (WARNING|ERROR):|"(level|severity)":"(WARN|ERROR)/;
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      log.write(`${line}\n`);
      if (important.test(stripVTControlCharacters(line))) on.warning(line);
    });
    createInterface({ input: this.#child.stderr! }).on('line', (line) => {
      log.write(`${line}\n`);
      if (line.trim() !== '') on.warning(line);
    });
    this.#exited = once(this.#child, 'close').then(([code, signal]) => {
      log.end();
      if (!this.#stopping) on.death(this.#deathOf(code ?? signal));
    });
    this.#child.on('error', (error) =>
      on.death(new DemoError(`${service.name} could not be started: ${error.message}`)),
    );
  }

  /** Asks it to stop and waits; kills it at the deadline, or at once when `hurry` is aborted. Idempotent. */
  async stop(hurry: AbortSignal): Promise<void> {
    this.#stopping = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return void (await this.#exited);
    this.#child.kill('SIGTERM');
    const kill = () => this.#child.kill('SIGKILL');
    if (hurry.aborted) kill();
    hurry.addEventListener('abort', kill);
    const deadline = setTimeout(kill, stopDeadlineMs);
    await this.#exited;
    clearTimeout(deadline);
    hurry.removeEventListener('abort', kill);
  }

  #deathOf(how: number | string): DemoError {
    const last = readFileSync(this.logFile, 'utf8').trim().split('\n').slice(-5).join('\n  ');
    return new DemoError(
      `${this.service.name} ended by itself (${typeof how === 'number' ? `exit code ${how}` : how}). The end of its log, ${shown(this.logFile)}:\n  ${last}`,
    );
  }
}

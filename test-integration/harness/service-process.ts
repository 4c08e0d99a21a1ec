import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Launched, launchContainer, launchProcess } from './launch-service.ts';

/** The slowest start seen on two busy cores took 8 s. */
const readyWithinMs = 60_000;
/** Longer than order-queue takes to finish what it is sending. */
const stopWithinMs = 25_000;
const keptLines = 2_000;

export type ServiceName =
  | 'paper-exchange'
  | 'log-store'
  | 'market-data'
  | 'order-queue'
  | 'notifier'
  | 'webhook-gateway';

/** The image that SLUICE_IMAGE names, to run services in containers of it. */
const image = process.env.SLUICE_IMAGE || undefined;
/** Stands in for Loki, and is in no image. */
const inNoImage: ServiceName = 'log-store';

/**
 * One service as a process of its own, or in a container of SLUICE_IMAGE, which a test can stop, kill, freeze and start
 * again on the same port.
 */
export class ServiceProcess {
  readonly name: ServiceName;
  readonly port: number;
  readonly log: string[] = [];
  readonly #environment: NodeJS.ProcessEnv;
  #running: Launched | undefined;
  #exited: Promise<unknown> = Promise.resolve();

  constructor(name: ServiceName, port: number, environment: NodeJS.ProcessEnv) {
    this.name = name;
    this.port = port;
    this.#environment = environment;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** Starts the process; resolves when its `/readyz` answers 200. `environment` is laid over what it was made with. */
  async start(environment: NodeJS.ProcessEnv = {}): Promise<void> {
    const settings = { ...this.#environment, ...environment, PORT: String(this.port), HOST: '127.0.0.1' };
    this.#running =
      image === undefined || this.name === inNoImage
        ? launchProcess(this.name, settings)
        : launchContainer(image, this.name, settings);
    const { child } = this.#running;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.log.push(line);
        if (this.log.length > keptLines) this.log.splice(0, keptLines / 2);
      });
    }
    this.#exited = once(child, 'close');
    await this.#ready(child);
  }

  /** SIGTERM, as on a deployment; resolves with the exit code when the process has ended. */
  async stop(): Promise<number | null> {
    if (this.#running === undefined) return null;
    const { child, signal } = this.#running;
    const deadline = setTimeout(() => void signal('SIGKILL'), stopWithinMs);
    if (child.exitCode === null && child.signalCode === null) {
      // A frozen process takes no notice of SIGTERM.
      await signal('SIGCONT');
      await signal('SIGTERM');
    }
    await this.#exited;
    clearTimeout(deadline);
    return child.exitCode;
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#running?.signal('SIGKILL');
    await this.#exited;
  }

  /** Another replica with the same settings, not started yet. */
  successor(port: number): ServiceProcess {
    return new ServiceProcess(this.name, port, this.#environment);
  }

  /** Until `thaw`, the process takes no further step. */
  async freeze(): Promise<void> {
    await this.#running?.signal('SIGSTOP');
  }

  async thaw(): Promise<void> {
    await this.#running?.signal('SIGCONT');
  }

  async #ready(child: Launched['child']): Promise<void> {
    const deadline = performance.now() + readyWithinMs;
    let reason = 'no answer yet';
    while (performance.now() < deadline) {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`${this.name} ended while starting (${child.exitCode ?? child.signalCode}):\n${this.tail(30)}`);
      }
      try {
        const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
        reason = await response.text();
        if (response.ok) return;
      } catch {
        // Not listening yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`${this.name} was not ready after ${readyWithinMs / 1_000} s (${reason}):\n${this.tail(30)}`);
  }

  tail(lines: number): string {
    return this.log
      .slice(-lines)
      .map((line) => `${this.name}:${this.port} | ${line}`)
      .join('\n');
  }
}

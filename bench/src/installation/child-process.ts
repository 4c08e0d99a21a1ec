import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const guard = fileURLToPath(new URL('./end-with-parent.ts', import.meta.url));

/** As make sets it; without it a start compiles everything anew, and the compiler stays in memory. */
const compileCache = process.env.NODE_COMPILE_CACHE ?? `${root}.tools/compile-cache`;

const readyWithinMs = 60_000;
/** Longer than order-queue takes to finish what it is sending. */
const stopWithinMs = 25_000;
/** Of what a process says, so much is kept for the message when it fails. */
const keptLines = 200;

/** A process of the bench that answers HTTP on a port of its own. */
export class BenchProcess {
  readonly name: string;
  readonly url: string;
  /** From the start of the process to the first 200 of `/readyz`. */
  readonly readyAfterMs: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(name: string, url: string, readyAfterMs: number, child: ChildProcess, exited: Promise<unknown>) {
    this.name = name;
    this.url = url;
    this.readyAfterMs = readyAfterMs;
    this.#child = child;
    this.#exited = exited;
  }

  /** Starts `script` (a path in the repository) and waits until it is ready. */
  static async start(script: string, environment: NodeJS.ProcessEnv): Promise<BenchProcess> {
    const name = script.split('/')[1] ?? script;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const began = performance.now();
    const child = spawn(process.execPath, ['--import', guard, script], {
      cwd: root,
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: compileCache,
        LOG_FORMAT: 'text',
        NO_COLOR: '1',
        ...environment,
        HOST: '127.0.0.1',
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (lines.length > keptLines) lines.shift();
      });
    }
    const exited = once(child, 'close');
    while (!(await isReady(url))) {
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended || performance.now() - began > readyWithinMs) {
        child.kill('SIGKILL');
        throw new Error(`${name} ${ended ? 'ended' : 'was not ready in time'}:\n${lines.slice(-20).join('\n')}`);
      }
      await pause(5);
    }
    return new BenchProcess(name, url, performance.now() - began, child, exited);
  }

  /** Resident memory in MB, as the system counts it. */
  async residentMb(): Promise<number> {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(this.#child.pid)]);
    return Number(stdout) / 1_024;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
    const deadline = setTimeout(() => this.#child.kill('SIGKILL'), stopWithinMs);
    await this.#exited;
    clearTimeout(deadline);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Below the range a system takes outgoing ports from, so that nobody gets it before the process that is to have it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => probe.close(resolve));
    if (free) return port;
  }
}

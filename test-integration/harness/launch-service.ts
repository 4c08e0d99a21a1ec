import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A running service. Its child is the service itself, or the `docker run` that shows its output and ends with its code. */
export type Launched = {
  child: ChildProcessByStdio<Writable | null, Readable, Readable>;
  /** Undefined in a container, where it is 1. */
  pid: number | undefined;
  /** Does nothing to a service that has ended. */
  signal(signal: Signal): Promise<void>;
};

export type Signal = 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT';

const root = fileURLToPath(new URL('../../', import.meta.url));
const guard = fileURLToPath(new URL('./end-with-parent.ts', import.meta.url));
/**
 * What the guard is to a process: `docker run` closes the service's input when the test is gone. Not by a signal, since
 * the first process of a container is not ended by its own.
 */
const endWithInput = "data:text/javascript,process.stdin.on('end', () => process.exit(1)).resume().unref()";

export function launchProcess(service: string, environment: NodeJS.ProcessEnv): Launched {
  const child = spawn(process.execPath, ['--import', guard, `services/${service}/src/main.ts`], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, pid: child.pid, signal: async (signal) => void child.kill(signal) };
}

/** The service as the chart runs it, but on this machine's network, where Postgres and the test's gates are. */
export function launchContainer(image: string, service: string, environment: NodeJS.ProcessEnv): Launched {
  const container = `sluice-test-${service}-${environment.PORT}-${randomBytes(3).toString('hex')}`;
  const inside = { ...environment, POD_NAME: container };
  const child = spawn('docker', dockerRun(image, container, service, inside), {
    env: { ...process.env, ...inside },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let paused = false;
  return {
    child,
    pid: undefined,
    async signal(signal) {
      if (signal === 'SIGCONT' && !paused) return;
      await docker(...commandFor(signal), container);
      if (signal === 'SIGSTOP') paused = true;
      if (signal === 'SIGCONT') paused = false;
    },
  };
}

/** Names the environment's variables and leaves their values, keys among them, to be inherited: a process list has none. */
export function dockerRun(image: string, container: string, service: string, environment: NodeJS.ProcessEnv): string[] {
  const names = Object.keys(environment).filter((name) => environment[name] !== undefined);
  return [
    ...['run', '--rm', '--interactive', '--pull', 'never', '--name', container, '--network', 'host'],
    ...['--read-only', '--tmpfs', '/tmp:size=64m', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...names.flatMap((name) => ['--env', name]),
    ...[image, '--import', endWithInput, `services/${service}/src/main.ts`],
  ];
}

function commandFor(signal: Signal): string[] {
  switch (signal) {
    case 'SIGTERM':
    case 'SIGKILL':
      return ['kill', '--signal', signal];
    case 'SIGSTOP':
      return ['pause'];
    case 'SIGCONT':
      return ['unpause'];
  }
}

async function docker(...command: string[]): Promise<void> {
  try {
    await promisify(execFile)('docker', command);
  } catch (error) {
    if (!/No such container|is not running/.test(String(error))) throw error;
  }
}

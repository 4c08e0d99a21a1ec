import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DemoError } from './demo-error.ts';
import { root } from './installation.ts';

/** Runs the `sluice` command as an operator would and gives the lines it prints. */
export async function runSluice(args: string[], environment: NodeJS.ProcessEnv, stop: AbortSignal): Promise<string[]> {
  const child = spawn(process.execPath, ['cli/src/main.ts', ...args], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    signal: stop,
  });
  const lines: string[] = [];
  const problems: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => problems.push(line));
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) return lines;
  } catch (error) {
    stop.throwIfAborted();
    throw error;
  }
  stop.throwIfAborted();
  throw new DemoError(`sluice ${args.join(' ')} failed:\n${problems.join('\n')}`);
}

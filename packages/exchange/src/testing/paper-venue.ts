import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type PaperVenue = {
  endpoint: string;
  /** One call of the control API; throws with its sentence when it refuses. */
  control(path: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
};

const program = fileURLToPath(new URL('../../../../services/paper-exchange/src/main.ts', import.meta.url));

/**
 * Starts the paper exchange as its own process on a free port, with still prices; `environment` is added to its own, and
 * `venue` is the one that is steered.
 */
export async function startPaperVenue(
  environment: Record<string, string> = {},
  venue = 'binance-usdm',
): Promise<PaperVenue> {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, PORT: '0', PAPER_PRICE_MOVES: 'off', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = await new Promise<string>((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk;
      const port = /"port":(\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then(() => reject(new Error(`the paper exchange did not start: ${output}`)));
  });
  return {
    endpoint,
    async control(path, body = {}) {
      const url = new URL(`${endpoint}/control${path}`);
      if (!url.searchParams.has('venue')) url.searchParams.set('venue', venue);
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const answer: unknown = await response.json();
      if (!response.ok) throw new Error(JSON.stringify(answer));
      return answer;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

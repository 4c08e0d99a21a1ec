import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LocalPostgres, startLocalPostgres } from '@sluice/local-postgres';

/** A Postgres of one's own, which goes away and comes back under the same address. What it said was committed is on disk. */
export type RestartablePostgres = {
  url: string;
  /** Ends the server, `cleanly` or as a crash does, and starts it again. */
  restart(how: 'cleanly' | 'crash'): Promise<void>;
  stop(): Promise<void>;
};

export async function startRestartablePostgres(): Promise<RestartablePostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-restart-'));
  const start = (port: number) =>
    startLocalPostgres({ directory, port, password: 'postgres', settings: { max_connections: '100' } });
  let server = await start(0);
  const { url } = server;
  return {
    url,
    async restart(how) {
      if (how === 'crash') await crash(server);
      await server.stop();
      server = await start(Number(new URL(url).port));
    },
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** SIGQUIT: the server drops everything at once, and reads its log at the next start. */
async function crash({ logFile }: LocalPostgres): Promise<void> {
  const text = await readFile(join(dirname(logFile), 'data', 'postmaster.pid'), 'utf8');
  process.kill(Number(text.split('\n')[0]), 'SIGQUIT');
}

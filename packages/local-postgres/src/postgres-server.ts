import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { PlacedServer } from './place-server.ts';
import type { ServerUser } from './server-user.ts';

/** Starting takes 0.1 s; after a crash the server first reads what it had written ahead. */
const startWithinMs = 60_000;
/** A fast stop takes 0.1 s; after this long it is ended as a crash would, which loses nothing either. */
const stopWithinMs = 20_000;

/** The server did not come up; the message ends with what it said itself. */
export class LocalPostgresError extends Error {
  override name = 'LocalPostgresError';
}

/** One Postgres server process and its files. */
export class PostgresServer {
  readonly data: string;
  readonly log: string;
  readonly #placed: PlacedServer;
  readonly #user: ServerUser;
  #process: ChildProcess | undefined;
  #exited: Promise<unknown> | undefined;

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
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    await rm(this.log, { force: true });
    const log = await open(this.log, 'w');
    try {
      // Our own child and not one of `pg_ctl start`: an orphan that ended stays in the process list of a container
      // whose first process does not ask after its children.
      this.#process = this.#spawn(
        'postgres',
        ['-D', this.data, '-p', String(port), ...flags],
        ['ignore', log.fd, log.fd],
      );
      this.#exited = once(this.#process, 'exit');
    } finally {
      await log.close();
    }
    await this.#untilReady();
    this.#process.unref();
  }

  /** The last line of the server's own lock file says "ready" once it takes connections. */
  async #untilReady(): Promise<void> {
    const deadline = performance.now() + startWithinMs;
    while (!(await readFile(join(this.data, 'postmaster.pid'), 'utf8').catch(() => '')).includes('\nready')) {
      const ended = this.#process?.exitCode !== null || this.#process.signalCode !== null;
      if (ended || performance.now() > deadline) {
        const said = await this.#lastWords();
        await this.stop().catch(() => {});
        throw new LocalPostgresError(`Postgres did not start: ${said || 'it said nothing'}`);
      }
      await pause(20);
    }
  }

  /** Statements under way fail, what is written is kept. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#process) return;
    this.#process.ref();
    this.#process.kill('SIGINT');
    const late = setTimeout(() => this.#process?.kill('SIGQUIT'), stopWithinMs);
    await this.#exited;
    clearTimeout(late);
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

  async #run(program: string, args: string[]): Promise<void> {
    const child = this.#spawn(program, args, ['ignore', 'ignore', 'pipe']);
    const said = child.stderr ? text(child.stderr) : Promise.resolve('');
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code === 0) return;
    const words = [(await said).trim(), await this.#lastWords()].filter(Boolean).join('\n');
    throw new LocalPostgresError(`Postgres (${program}) failed: ${words}`);
  }

  /**
   * From "/", because a working directory the server's user cannot enter makes its programs fail. In a session of its
   * own, because a Ctrl-C that reaches it would stop the server before those who still write.
   */
  #spawn(program: string, args: string[], stdio: StdioOptions): ChildProcess {
    const env = { ...process.env, LC_ALL: 'C' };
    return spawn(join(this.#placed.bin, program), args, { ...this.#user, cwd: '/', env, stdio, detached: true });
  }

  async #lastWords(): Promise<string> {
    const log = await readFile(this.log, 'utf8').catch(() => '');
    return log.trim().split('\n').slice(-5).join('\n');
  }
}

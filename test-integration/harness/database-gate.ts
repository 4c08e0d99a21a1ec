import { connect, createServer, type Socket } from 'node:net';
import { FrontendReader } from './frontend-reader.ts';
import { type Trap, Traps } from './trap.ts';

/**
 * Where a statement is held, as seen from the process that sends it:
 * - `statement`: it has not reached the server;
 * - `answer`: the server has carried it out, the process does not know;
 * - `commit`: its transaction is committed, the process does not know.
 */
export type HeldAt = 'statement' | 'answer' | 'commit';

export type StatementTrap = {
  /** Of the statement's text, as the driver prepares it. */
  text: RegExp;
  /** Of the values it is executed with, as they travel. */
  values?: RegExp;
  at: HeldAt;
  /** With `answer`: only an answer like this is held, e.g. one that says that rows were written. */
  answer?: RegExp;
};

/** A way to Postgres that can hold one statement, or its answer, and with it everything behind it on its connection. */
export type DatabaseGate = {
  /** The address to use instead. */
  url: string;
  trap(trap: StatementTrap, times?: number): Trap;
  close(): Promise<void>;
};

type Executed = { text: string; values: string };
type Match = Executed & { at: HeldAt; answer: string | null };

const committed = /COMMIT\0/;

export async function startDatabaseGate(databaseUrl: string): Promise<DatabaseGate> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const traps = new Traps<Match, StatementTrap>(
    (trap, seen) =>
      trap.at === seen.at &&
      trap.text.test(seen.text) &&
      (trap.values?.test(seen.values) ?? true) &&
      (seen.answer === null || (trap.answer ?? (trap.at === 'commit' ? committed : /[CZ]\0/)).test(seen.answer)),
  );

  const server = createServer((client) => {
    const store = connect({ host: target.hostname, port: Number(target.port || 5432) });
    const toStore = new Valve(store);
    const toClient = new Valve(client);
    // What the transaction under way has executed; after its end the next statement begins anew.
    let executed: Executed[] = [];
    const reader = new FrontendReader((text, values) => {
      if (/^\s*begin/i.test(text) || executed.length > 100) executed = [];
      executed.push({ text, values });
      const trapped = traps.take({ text, values, at: 'statement', answer: null });
      if (trapped !== undefined) toStore.hold(trapped);
    });
    for (const [socket, other] of [
      [client, store],
      [store, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      reader.read(chunk);
      toStore.pass(chunk);
    });
    store.on('data', (chunk: Buffer) => {
      const answer = chunk.toString('latin1');
      const last = executed.at(-1);
      if (last !== undefined) {
        const trapped = traps.take({ ...last, at: 'answer', answer });
        if (trapped !== undefined) toClient.hold(trapped);
        if (/^\s*commit/i.test(last.text) && committed.test(answer)) {
          const held = executed
            .map((one) => traps.take({ ...one, at: 'commit', answer }))
            .find((one) => one !== undefined);
          if (held !== undefined) toClient.hold(held);
          executed = [];
        }
      }
      toClient.pass(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(typeof address === 'object' && address !== null ? address.port : 0);
  return {
    url: url.href,
    trap: (trap, times = 1) => traps.set(trap, times),
    async close() {
      traps.releaseAll();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One direction of a connection: passes on, or gathers while it is held. */
class Valve {
  readonly #socket: Socket;
  #held: Buffer[] | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  pass(chunk: Buffer): void {
    if (this.#held !== undefined) this.#held.push(chunk);
    else this.#socket.write(chunk);
  }

  hold(until: Promise<void>): void {
    this.#held ??= [];
    void until.then(() => {
      const held = this.#held ?? [];
      this.#held = undefined;
      for (const chunk of held) this.#socket.write(chunk);
    });
  }
}

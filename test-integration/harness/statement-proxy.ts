import { connect, createServer, type Socket } from 'node:net';

export type Statement = { connection: number; text: string };

/**
 * A way to Postgres that writes down every statement that is executed on it, by reading the client's half of the
 * protocol. It counts what the server is asked to do, whatever driver or server is at either end.
 */
export type StatementProxy = {
  /** The address to use instead. */
  url: string;
  /** Gives the statements executed since the last call. */
  take(): Statement[];
  close(): Promise<void>;
};

export async function startStatementProxy(databaseUrl: string): Promise<StatementProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let statements: Statement[] = [];
  let connections = 0;
  const server = createServer((client) => {
    const connection = ++connections;
    const upstream = connect({ host: target.hostname, port: Number(target.port || 5432) });
    const reader = new FrontendReader((text) => statements.push({ connection, text }));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => reader.read(chunk));
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(typeof address === 'object' && address !== null ? address.port : 0);
  return {
    url: url.href,
    take() {
      const taken = statements;
      statements = [];
      return taken;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Follows one connection's messages to the server: which text each Execute runs. */
class FrontendReader {
  readonly #executed: (text: string) => void;
  readonly #prepared = new Map<string, string>();
  readonly #portals = new Map<string, string>();
  #buffer: Buffer = Buffer.alloc(0);
  #started = false;

  constructor(executed: (text: string) => void) {
    this.#executed = executed;
  }

  read(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      // The messages before the session starts (TLS request, startup) have a length and no type.
      const typed = this.#started ? 1 : 0;
      if (this.#buffer.length < typed + 4) return;
      const end = typed + this.#buffer.readInt32BE(typed);
      if (this.#buffer.length < end) return;
      const body = this.#buffer.subarray(typed + 4, end);
      if (this.#started) this.#message(String.fromCharCode(this.#buffer[0]!), body);
      else if (body.readInt32BE(0) === protocolVersion3) this.#started = true;
      this.#buffer = this.#buffer.subarray(end);
    }
  }

  #message(type: string, body: Buffer): void {
    const first = textAt(body, 0);
    const second = textAt(body, Buffer.byteLength(first) + 1);
    if (type === 'P') this.#prepared.set(first, second);
    else if (type === 'B') this.#portals.set(first, this.#prepared.get(second) ?? '');
    else if (type === 'E') this.#executed(this.#portals.get(first) ?? '');
    else if (type === 'Q') this.#executed(first);
  }
}

const protocolVersion3 = 196_608;

function textAt(body: Buffer, at: number): string {
  const end = body.indexOf(0, at);
  return body.toString('utf8', at, end === -1 ? at : end);
}

/** Statements of one connection from its `begin` to its end. */
export function transactionsOf(statements: readonly Statement[]): string[][] {
  const open = new Map<number, string[]>();
  const transactions: string[][] = [];
  for (const { connection, text } of statements) {
    if (/^\s*begin/i.test(text)) open.set(connection, []);
    open.get(connection)?.push(text);
    if (!/^\s*(commit|rollback)/i.test(text)) continue;
    const transaction = open.get(connection);
    if (transaction !== undefined) transactions.push(transaction);
    open.delete(connection);
  }
  return transactions;
}

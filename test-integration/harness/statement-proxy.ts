import { connect, createServer, type Socket } from 'node:net';
import { FrontendReader } from './frontend-reader.ts';

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

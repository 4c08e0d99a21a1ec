import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a process and the store, to take it away. */
export type TcpProxy = {
  url: string;
  /** Passes nothing on, in either direction, and answers no new connection; what came meanwhile is passed on later. */
  pause(): void;
  resume(): void;
  /** Ends every connection and refuses new ones until resume(). */
  cut(): void;
  /** The next request with `text` in it reaches the store; then every connection is cut, before its answer. */
  cutAfter(text: string): void;
  close(): Promise<void>;
};

export async function startTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<[Socket, Socket]>();
  let paused = false;
  let refusing = false;
  let trap: string | null = null;

  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
  };
  const server = createServer((client) => {
    if (refusing) return client.destroy();
    const store = connect(Number(target.port), target.hostname);
    const pair: [Socket, Socket] = [client, store];
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        for (const end of pair) end.destroy();
        pairs.delete(pair);
      });
      if (paused) socket.pause();
    }
    store.on('data', (data) => client.write(data));
    client.on('data', (data) => {
      if (trap !== null && data.includes(trap)) {
        trap = null;
        // Nothing of the answer may pass, and the store has to have read the request before it loses us.
        store.removeAllListeners('data');
        store.on('data', cut);
      }
      store.write(data);
    });
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);

  return {
    url: url.href,
    pause() {
      paused = true;
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    resume() {
      paused = false;
      refusing = false;
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    cut() {
      refusing = true;
      cut();
    },
    cutAfter(text) {
      trap = text;
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

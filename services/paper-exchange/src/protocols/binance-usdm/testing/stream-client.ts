import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { WebSocket } from 'ws';
import type { PaperExchangeApp } from '../../../app.ts';
import { acceptStreams } from '../../../serving/accept-streams.ts';

// biome-ignore lint/suspicious/noExplicitAny: wire JSON of a test
type Message = any;

/** A client's end of one socket, which keeps what came and waits for what is to come. */
export interface StreamClient {
  readonly socket: WebSocket;
  readonly messages: Message[];
  /** The messages so far and to come, one by one, that `wanted` accepts; each is handed out once. */
  next(wanted?: (message: Message) => boolean): Promise<Message>;
  /** Sends a method call and waits for its answer. */
  ask(method: string, params?: unknown[]): Promise<Message>;
  closed(): Promise<number>;
}

export interface StreamServer {
  readonly port: number;
  open(path: string): Promise<StreamClient>;
  stop(): Promise<void>;
}

/** The app on a free port, REST and streams, as `server.ts` serves it. */
export async function serveStreams(app: PaperExchangeApp): Promise<StreamServer> {
  const server: Server = createServer(getRequestListener(app.fetch));
  const endStreams = acceptStreams(
    server,
    Object.values(app.exchanges).map(({ streams }) => streams),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    open: (path) => openStream(`ws://127.0.0.1:${port}${path}`),
    async stop() {
      endStreams();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function openStream(url: string): Promise<StreamClient> {
  const socket = new WebSocket(url);
  const messages: Message[] = [];
  const unread: Message[] = [];
  const waiting: { wanted: (message: Message) => boolean; found: (message: Message) => void }[] = [];
  socket.on('message', (data) => {
    const message: Message = JSON.parse(String(data));
    messages.push(message);
    const index = waiting.findIndex(({ wanted }) => wanted(message));
    if (index === -1) unread.push(message);
    else waiting.splice(index, 1)[0]?.found(message);
  });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await once(socket, 'open');
  let id = 0;
  const next: StreamClient['next'] = (wanted = () => true) => {
    const index = unread.findIndex(wanted);
    if (index !== -1) return Promise.resolve(unread.splice(index, 1)[0]);
    return new Promise((found) => waiting.push({ wanted, found }));
  };
  return {
    socket,
    messages,
    next,
    ask(method, params) {
      id += 1;
      const asked = id;
      socket.send(JSON.stringify({ method, params, id: asked }));
      return next((message) => message.id === asked);
    },
    closed: () => closed,
  };
}

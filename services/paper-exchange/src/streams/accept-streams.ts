import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { validListenKey } from '../matching/listen-key.ts';
import type { PaperExchange } from '../paper-exchange.ts';
import { parseStreamAddress } from './stream-address.ts';
import { StreamConnection } from './stream-connection.ts';
import type { StreamTarget } from './stream-faults.ts';

const TICK_MS = 1_000;
const CLOSE_WITHIN_MS = 500;

const marketTarget: StreamTarget = { of: 'market' };
const userTarget = (account: string | undefined): StreamTarget => ({ of: 'user', account });

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

/** Lets the venue's streams be reached on an HTTP server; the function it returns ends them all. */
export function acceptStreams(server: Server, exchange: PaperExchange): () => void {
  // Pongs are sent by the connection, which a test can make as deaf as a dead one.
  const sockets = new WebSocketServer({ noServer: true, autoPong: false });
  const now = () => exchange.now();

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const address = parseStreamAddress(request.url ?? '/');
    if (address === undefined) return refuse(socket, '404 Not Found');
    const { venue, streams } = exchange;
    const accounts = [...venue.accounts.values()];
    const owners = address.keys.map(({ key }) => accounts.find((account) => validListenKey(account, now()) === key));
    const targets = owners.length === 0 ? [marketTarget] : owners.map((owner) => userTarget(owner?.name));
    if (targets.some((target) => streams.faults.refusesConnection(target, now()))) {
      return refuse(socket, '503 Service Unavailable');
    }
    const known = !owners.includes(undefined);
    if (!known && venue.switches.unknownListenKey === 'refused') return refuse(socket, '400 Bad Request');
    sockets.handleUpgrade(request, socket, head, (client) => {
      const connection = new StreamConnection(client, address, now);
      streams.connections.add(connection);
      client.on('close', () => streams.connections.delete(connection));
    });
  });

  const ticking = setInterval(() => exchange.streams.tick(), TICK_MS);
  ticking.unref();
  return () => {
    clearInterval(ticking);
    exchange.streams.faults.clear();
    // A going-away frame first, so that clients see an ordinary end rather than a loss.
    const open = [...exchange.streams.connections];
    for (const connection of open) connection.close(1001, 'the venue stops');
    // A client that is stuck does not answer, and its socket would keep the port.
    setTimeout(() => {
      for (const connection of open) connection.cut();
    }, CLOSE_WITHIN_MS).unref();
    sockets.close();
  };
}

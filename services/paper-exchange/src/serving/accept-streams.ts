import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseHandshake } from './refuse-handshake.ts';
import type { VenueStreams } from './venue-streams.ts';

const TICK_MS = 1_000;
const CLOSE_WITHIN_MS = 500;

/** Lets the venues' streams be reached on an HTTP server; the function it returns ends them all. */
export function acceptStreams(server: Server, venues: readonly VenueStreams[]): () => void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!venues.some((streams) => streams.upgrade(request, socket, head))) refuseHandshake(socket, '404 Not Found');
  });

  const ticking = setInterval(() => {
    for (const streams of venues) streams.tick();
  }, TICK_MS);
  ticking.unref();
  return () => {
    clearInterval(ticking);
    for (const streams of venues) streams.faults.clear();
    // A going-away frame first, so that clients see an ordinary end rather than a loss.
    const open = venues.flatMap((streams) => [...streams.connections]);
    for (const connection of open) connection.close(1001, 'the venue stops');
    // A client that is stuck does not answer, and its socket would keep the port.
    setTimeout(() => {
      for (const connection of open) connection.cut();
    }, CLOSE_WITHIN_MS).unref();
  };
}

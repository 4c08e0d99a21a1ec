import type { HttpBindings } from '@hono/node-server';

/**
 * Calls `then` when the whole response has left for a peer that was still there. A sender that hung up, or that closed
 * its side while it waited, has not been answered: it will send again.
 */
export function whenWritten({ outgoing, incoming }: HttpBindings, then: () => void): void {
  // Asked for now: the response lets go of its socket before it reports that it is finished.
  const { socket } = incoming;
  outgoing.once('finish', () => {
    if (!socket.destroyed && !socket.readableEnded) then();
  });
}

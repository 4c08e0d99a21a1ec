import type { WebSocket } from 'ws';
import type { OpenStream } from './venue-streams.ts';

/** One client's socket: what a test may do to it, and that it hears and says nothing while it is frozen. */
export abstract class VenueSocket implements OpenStream {
  readonly since: number;
  frozenUntil = 0;
  sent = 0;
  /** Messages of the client, unanswered ones too. */
  received = 0;
  protected readonly socket: WebSocket;
  protected readonly now: () => number;

  constructor(socket: WebSocket, now: () => number) {
    this.socket = socket;
    this.now = now;
    this.since = now();
    socket.on('message', (data) => {
      this.received += 1;
      if (!this.frozen()) this.receive(String(data));
    });
    // The server is told to leave pongs to us, so that a frozen socket is as deaf as a dead one.
    socket.on('ping', (data) => {
      if (!this.frozen()) socket.pong(data);
    });
    // A client that goes away in the middle of a frame is no fault of the venue's; `close` follows.
    socket.on('error', () => {});
  }

  protected abstract receive(text: string): void;

  /** Sends text as it is; false where nobody gets it. */
  protected write(text: string): boolean {
    if (this.socket.readyState !== this.socket.OPEN || this.frozen()) return false;
    this.sent += 1;
    this.socket.send(text);
    return true;
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  cut(): void {
    this.socket.terminate();
  }

  protected frozen(): boolean {
    return this.now() < this.frozenUntil;
  }
}

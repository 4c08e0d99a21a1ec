import type { WebSocket } from 'ws';
import type { Account } from '../../../matching/venue.ts';

const LIFETIME_MS = 24 * 60 * 60_000;

/** One client's socket, of the market's streams or of the WebSocket API. Times are ms of the venue's clock. */
export class SpotSocket {
  readonly of: 'market' | 'api';
  readonly since: number;
  /** Whose events it has subscribed to; a socket of the API without one only answers. */
  account: Account | undefined;
  /** Until then the socket is as good as dead: nothing is sent, answered or ponged. */
  frozenUntil = 0;
  sent = 0;
  readonly #socket: WebSocket;
  readonly #now: () => number;

  constructor(socket: WebSocket, of: 'market' | 'api', now: () => number, answer: (text: string) => object) {
    this.#socket = socket;
    this.#now = now;
    this.of = of;
    this.since = now();
    socket.on('message', (data) => {
      if (!this.#frozen()) this.send(JSON.stringify(answer(String(data))));
    });
    socket.on('ping', (data) => {
      if (!this.#frozen()) socket.pong(data);
    });
    // A client that goes away in the middle of a frame is no fault of the venue's; `close` follows.
    socket.on('error', () => {});
  }

  send(json: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN || this.#frozen()) return;
    this.sent += 1;
    this.#socket.send(json);
  }

  /** Ends what is a day old. */
  keepUp(): void {
    if (this.#now() - this.since >= LIFETIME_MS) this.close(1001, 'connection is 24 hours old');
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** The connection is lost without a word. */
  cut(): void {
    this.#socket.terminate();
  }

  #frozen(): boolean {
    return this.#now() < this.frozenUntil;
  }
}

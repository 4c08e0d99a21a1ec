import type { WebSocket } from 'ws';
import { VenueSocket } from '../../../serving/venue-socket.ts';
import type { KeySubscription, StreamAddress, StreamRoute } from './stream-address.ts';
import { answerMethod } from './stream-methods.ts';

const PING_EVERY_MS = 3 * 60_000;
const PONG_WITHIN_MS = 10 * 60_000;
const LIFETIME_MS = 24 * 60 * 60_000;
const MESSAGES_PER_SECOND = 10;

/** One client's socket: what it listens to, and the venue's rules for keeping it. Times are ms of the venue's clock. */
export class StreamConnection extends VenueSocket {
  readonly route: StreamRoute;
  combined: boolean;
  readonly streams: Set<string>;
  readonly keys: Map<string, KeySubscription>;
  #lastPing: number;
  /** When the oldest ping that still waits for its pong was sent. */
  #unansweredSince: number | undefined;
  #second = 0;
  #inSecond = 0;

  constructor(socket: WebSocket, address: StreamAddress, now: () => number) {
    super(socket, now);
    this.route = address.route;
    this.combined = address.combined;
    this.streams = new Set(address.streams);
    this.keys = new Map(address.keys.map((subscription) => [subscription.key, subscription]));
    this.#lastPing = this.since;
    socket.on('pong', () => {
      this.#unansweredSince = undefined;
    });
  }

  /** Sends an event that has been written as JSON, under the name of its stream. */
  send(stream: string, json: string): void {
    this.write(this.combined ? `{"stream":${JSON.stringify(stream)},"data":${json}}` : json);
  }

  /** Pings, and ends what has not answered for ten minutes or is a day old. */
  keepUp(): void {
    const now = this.now();
    if (now - this.since >= LIFETIME_MS) this.close(1001, 'connection is 24 hours old');
    else if (this.#unansweredSince !== undefined && now - this.#unansweredSince >= PONG_WITHIN_MS) this.cut();
    else if (now - this.#lastPing >= PING_EVERY_MS && !this.frozen()) {
      this.#lastPing = now;
      this.#unansweredSince ??= now;
      if (this.socket.readyState === this.socket.OPEN) this.socket.ping(String(now));
    }
  }

  protected receive(text: string): void {
    const second = Math.floor(this.now() / 1_000);
    this.#inSecond = second === this.#second ? this.#inSecond + 1 : 1;
    this.#second = second;
    if (this.#inSecond > MESSAGES_PER_SECOND) {
      this.close(1008, 'Too many requests');
      return;
    }
    this.socket.send(JSON.stringify(answerMethod(this, text)));
  }
}

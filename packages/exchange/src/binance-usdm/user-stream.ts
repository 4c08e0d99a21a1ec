import { WebSocket } from 'ws';
import { type AccountEvent, type AccountStream, ExchangeError } from '../exchange.ts';
import { socketOrigin } from './ccxt-client.ts';
import type { Connection } from './connection.ts';
import { mapUserEvent } from './map-user-event.ts';

/** All in ms. */
export type StreamTiming = {
  /** Our own pings; the exchange's come every three minutes, too seldom to notice a dead connection by. */
  pingEvery: number;
  /** A connection on which nothing arrived for so long, not even a pong, is dead. */
  silentAfter: number;
  /** A listen key lives for an hour after it was last kept alive. */
  keepKeyEvery: number;
  firstRetry: number;
  longestRetry: number;
};

const usualTiming: StreamTiming = {
  pingEvery: 5_000,
  silentAfter: 12_000,
  keepKeyEvery: 30 * 60_000,
  firstRetry: 250,
  longestRetry: 30_000,
};
/** After a failure that passes; the key has lived for half of its hour by then. */
const KEEP_KEY_AGAIN_MS = 60_000;
const HANDSHAKE_MS = 5_000;
/** "This listenKey does not exist." */
const NO_SUCH_KEY = '-1125';

/** The account's user data stream; see {@link AccountStream}. Raw frames, see docs/decisions.md. */
export function openUserStream(
  connection: Connection,
  endpoint: string | null,
  listener: (event: AccountEvent) => void,
  timing: StreamTiming = usualTiming,
): AccountStream {
  const stream = new UserStream(connection, socketOrigin(endpoint), listener, timing);
  stream.open();
  return stream;
}

class UserStream implements AccountStream {
  readonly #connection: Connection;
  readonly #origin: string;
  readonly #listener: (event: AccountEvent) => void;
  readonly #timing: StreamTiming;
  #socket: WebSocket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #watching: NodeJS.Timeout | undefined;
  #keeping: NodeJS.Timeout | undefined;
  #failures = 0;
  #heard: { at: number; tick: number } | null = null;
  #closed = false;

  constructor(connection: Connection, origin: string, listener: (event: AccountEvent) => void, timing: StreamTiming) {
    this.#connection = connection;
    this.#origin = origin;
    this.#listener = listener;
    this.#timing = timing;
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  get lastHeardAt(): number | null {
    return this.#heard?.at ?? null;
  }

  reconnect(reason: string): void {
    if (this.#socket !== undefined) this.#lose(this.#socket, reason);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    // The listen key is the account's, and whoever took the stream over listens on the same one: it is left to expire.
    this.#drop();
  }

  open(): void {
    this.#connect().catch((error) => this.#tryAgain(error instanceof ExchangeError ? error : null, wordsOf(error)));
  }

  async #connect(): Promise<void> {
    // The key in force is answered again, and lives for another hour.
    const answer = await this.#connection.read((ccxt) => ccxt.fapiPrivatePostListenKey());
    const key = 'listenKey' in answer ? answer.listenKey : undefined;
    if (typeof key !== 'string' || key === '') throw new Error('the exchange answered without a listen key');
    if (this.#closed) return;

    const url = `${this.#origin}/private/ws?listenKey=${encodeURIComponent(key)}`;
    const options = { handshakeTimeout: HANDSHAKE_MS, perMessageDeflate: false, headers: { 'User-Agent': 'sluice' } };
    const socket = new WebSocket(url, options);
    this.#socket = socket;
    let why = 'the exchange closed the connection';
    socket.on('open', () => {
      this.#hear();
      this.#keepUp(socket);
      this.#tell({ kind: 'connected' });
    });
    socket.on('message', (frame) => {
      this.#hear();
      this.#receive(socket, String(frame));
    });
    socket.on('ping', () => this.#hear());
    socket.on('pong', () => this.#hear());
    socket.on('error', (error) => {
      // The address holds the key, and some errors quote it.
      why = error.message.replaceAll(key, '***');
    });
    socket.on('close', (code, text) => {
      const given = text.length > 0 ? `: ${text.toString().replaceAll(key, '***')}` : '';
      this.#lose(socket, `${why} (${code}${given})`);
    });
  }

  #receive(socket: WebSocket, frame: string): void {
    if (socket !== this.#socket) return;
    const event = mapUserEvent(frame, this.#connection.symbols.fromVenue);
    if (event === null) return;
    if (event.kind === 'key-expired') this.#lose(socket, 'its listen key has expired');
    else this.#tell(event);
  }

  /** Pings, notices silence and keeps the key alive, as long as this socket is the one in use. */
  #keepUp(socket: WebSocket): void {
    const { pingEvery, silentAfter, keepKeyEvery } = this.#timing;
    this.#watching = setInterval(() => {
      const quietFor = performance.now() - (this.#heard?.tick ?? 0);
      if (quietFor > silentAfter) this.#lose(socket, `nothing was heard for ${Math.round(quietFor / 1_000)} s`);
      else {
        // What stands for a while has made up for the failures before it.
        this.#failures = 0;
        socket.ping();
      }
    }, pingEvery);
    this.#keeping = setTimeout(() => this.#keepKey(socket), keepKeyEvery);
  }

  async #keepKey(socket: WebSocket): Promise<void> {
    const answer = await this.#connection.ask('read', (ccxt) => ccxt.fapiPrivatePutListenKey());
    if (socket !== this.#socket) return;
    if (!answer.ok && answer.failure.code === NO_SUCH_KEY) return this.#lose(socket, 'its listen key has expired');
    const next = answer.ok ? this.#timing.keepKeyEvery : Math.min(KEEP_KEY_AGAIN_MS, this.#timing.keepKeyEvery);
    this.#keeping = setTimeout(() => this.#keepKey(socket), next);
  }

  #lose(socket: WebSocket, reason: string): void {
    if (socket !== this.#socket) return;
    this.#drop();
    this.#tryAgain(null, reason);
  }

  /** Drops what is there, without a goodbye: on a dead connection that would wait for an answer. */
  #drop(): void {
    clearInterval(this.#watching);
    clearTimeout(this.#keeping);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.terminate();
  }

  #tryAgain(error: ExchangeError | null, reason: string): void {
    if (this.#closed) return;
    const { firstRetry, longestRetry } = this.#timing;
    const growing = Math.min(firstRetry * 2 ** Math.min(this.#failures, 20), longestRetry);
    this.#failures += 1;
    // Every account of every replica loses its stream at once when the exchange restarts.
    const delay = Math.max(growing * (0.5 + Math.random() / 2), error?.failure.retryAfterMs ?? 0);
    this.#retry = setTimeout(() => this.open(), delay);
    this.#tell({ kind: 'lost', reason });
  }

  #hear(): void {
    this.#heard = { at: Date.now(), tick: performance.now() };
  }

  #tell(event: AccountEvent): void {
    if (!this.#closed) this.#listener(event);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

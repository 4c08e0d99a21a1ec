import { WebSocket } from 'ws';
import { type AccountEvent, type AccountStream, ExchangeError } from '../exchange.ts';

/** What a frame of an account's stream means to the connection it came on; null where it means nothing to us. */
export type StreamFrame =
  | Extract<AccountEvent, { kind: 'order' | 'unreadable' }>
  /** The exchange has taken the subscription: events come from now on. */
  | { kind: 'subscribed' }
  /** The exchange asks for something: said back to it on the same connection. */
  | { kind: 'reply'; text: string }
  /** Nothing will come on this connection any more. */
  | { kind: 'ended'; reason: string };

/** How one exchange speaks on an account's stream. */
export type StreamProtocol = {
  /** Where to listen, asked anew for each connection. `key` is a secret that is part of it, kept out of all texts. */
  address(): Promise<{ url: string; key: string | null }>;
  /** What is said once the connection stands, to be answered by `subscribed`; without it, events come at once. */
  subscribe?: (() => string) | undefined;
  /** A frame may tell of several orders. */
  read(frame: string): StreamFrame | readonly StreamFrame[] | null;
  /** What is said in place of a ping, where the exchange wants more than the pings of the protocol. */
  ping?: (() => string) | undefined;
  /** Keeps the key of the address alive; `expired` where it no longer lives, `failed` where nobody knows. */
  keepKey?: (() => Promise<'kept' | 'failed' | 'expired'>) | undefined;
};

/** All in ms. */
export type StreamTiming = {
  /** Our own pings; the exchanges' come too seldom to notice a dead connection by (Binance: every three minutes). */
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

/**
 * An account's user data stream; see {@link AccountStream}. Raw frames, see docs/decisions.md. `admit` as in `Exchange.watch`.
 */
export function openUserStream(
  protocol: StreamProtocol,
  listener: (event: AccountEvent) => void,
  timing: StreamTiming = usualTiming,
  admit: () => Promise<void> = async () => {},
): AccountStream {
  const stream = new UserStream(protocol, listener, timing, admit);
  stream.open();
  return stream;
}

class UserStream implements AccountStream {
  readonly #protocol: StreamProtocol;
  readonly #listener: (event: AccountEvent) => void;
  readonly #timing: StreamTiming;
  readonly #admit: () => Promise<void>;
  #socket: WebSocket | undefined;
  #subscribed = false;
  #retry: NodeJS.Timeout | undefined;
  #subscribing: NodeJS.Timeout | undefined;
  #watching: NodeJS.Timeout | undefined;
  #keeping: NodeJS.Timeout | undefined;
  #failures = 0;
  #heard: { at: number; tick: number } | null = null;
  #closed = false;

  constructor(
    protocol: StreamProtocol,
    listener: (event: AccountEvent) => void,
    timing: StreamTiming,
    admit: () => Promise<void>,
  ) {
    this.#admit = admit;
    this.#protocol = protocol;
    this.#listener = listener;
    this.#timing = timing;
  }

  get connected(): boolean {
    return this.#subscribed && this.#socket?.readyState === WebSocket.OPEN;
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
    // A listen key is the account's, and whoever took the stream over listens on the same one: it is left to expire.
    this.#drop();
  }

  open(): void {
    this.#connect().catch((error) => this.#tryAgain(error instanceof ExchangeError ? error : null, wordsOf(error)));
  }

  async #connect(): Promise<void> {
    // An address that has been shut out is shut out for longer by whoever asks on.
    await this.#admit();
    if (this.#closed) return;
    const { url, key } = await this.#protocol.address();
    if (this.#closed) return;

    const options = { handshakeTimeout: HANDSHAKE_MS, perMessageDeflate: false, headers: { 'User-Agent': 'sluice' } };
    const socket = new WebSocket(url, options);
    this.#socket = socket;
    const clean = (text: string) => (key === null ? text : text.replaceAll(key, '***'));
    let why = 'the exchange closed the connection';
    socket.on('open', () => {
      this.#hear();
      this.#keepUp(socket);
      this.#subscribe(socket);
    });
    socket.on('message', (frame) => {
      this.#hear();
      this.#receive(socket, String(frame));
    });
    socket.on('ping', () => this.#hear());
    socket.on('pong', () => this.#hear());
    socket.on('error', (error) => {
      // The address holds the key, and some errors quote it.
      why = clean(error.message);
    });
    socket.on('close', (code, text) => {
      const given = text.length > 0 ? `: ${clean(text.toString())}` : '';
      this.#lose(socket, `${why} (${code}${given})`);
    });
  }

  #subscribe(socket: WebSocket): void {
    if (this.#protocol.subscribe === undefined) {
      this.#stand();
      return;
    }
    this.#subscribing = setTimeout(() => this.#lose(socket, 'it did not take the subscription'), HANDSHAKE_MS);
    socket.send(this.#protocol.subscribe());
  }

  #stand(): void {
    clearTimeout(this.#subscribing);
    this.#subscribed = true;
    this.#tell({ kind: 'connected' });
  }

  #receive(socket: WebSocket, text: string): void {
    const read = socket === this.#socket ? this.#protocol.read(text) : null;
    if (read === null) return;
    for (const frame of 'kind' in read ? [read] : read) this.#take(socket, frame);
  }

  #take(socket: WebSocket, frame: StreamFrame): void {
    if (socket !== this.#socket) return;
    switch (frame.kind) {
      case 'subscribed':
        this.#stand();
        break;
      case 'reply':
        socket.send(frame.text);
        break;
      case 'ended':
        this.#lose(socket, frame.reason);
        break;
      case 'order':
      case 'unreadable':
        this.#tell(frame);
    }
  }

  /** Pings, notices silence and keeps the key alive, as long as this socket is the one in use. */
  #keepUp(socket: WebSocket): void {
    const { pingEvery, silentAfter, keepKeyEvery } = this.#timing;
    this.#watching = setInterval(() => {
      const quietFor = performance.now() - (this.#heard?.tick ?? 0);
      if (quietFor > silentAfter) this.#lose(socket, `nothing was heard for ${Math.round(quietFor / 1_000)} s`);
      else {
        // What stands for a while has made up for the failures before it.
        if (this.#subscribed) this.#failures = 0;
        this.#ping(socket);
      }
    }, pingEvery);
    const { keepKey } = this.#protocol;
    if (keepKey !== undefined) this.#keeping = setTimeout(() => this.#keepKey(socket, keepKey), keepKeyEvery);
  }

  #ping(socket: WebSocket): void {
    if (this.#protocol.ping === undefined) socket.ping();
    else if (socket.readyState === WebSocket.OPEN) socket.send(this.#protocol.ping());
  }

  async #keepKey(socket: WebSocket, keepKey: NonNullable<StreamProtocol['keepKey']>): Promise<void> {
    const admitted = await this.#admit().then(
      () => true,
      () => false,
    );
    if (socket !== this.#socket) return;
    const became = admitted ? await keepKey() : 'failed';
    if (socket !== this.#socket) return;
    if (became === 'expired') {
      this.#lose(socket, 'its listen key has expired');
      return;
    }
    const { keepKeyEvery } = this.#timing;
    const next = became === 'kept' ? keepKeyEvery : Math.min(KEEP_KEY_AGAIN_MS, keepKeyEvery);
    this.#keeping = setTimeout(() => this.#keepKey(socket, keepKey), next);
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
    clearTimeout(this.#subscribing);
    this.#subscribed = false;
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

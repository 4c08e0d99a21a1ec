import { WebSocket } from 'ws';
import type { PriceEvent, PriceStream } from '../exchange.ts';

/** How one exchange tells the prices of all its symbols. No key, nothing of ours, is sent. */
export type PriceProtocol = {
  url: string;
  /** What is said once the connection stands; nothing where the address says it all. */
  subscribe?: (() => Promise<readonly string[]>) | undefined;
  /** Said now and then, where the exchange ends a connection whose client says nothing. */
  ping?: string | undefined;
  /** Null where a frame says nothing of prices, such as the answer to a request. */
  read(frame: string): PriceEvent | readonly PriceEvent[] | null;
};

/** All in ms. */
export type PriceStreamTiming = {
  /** Prices come every second, whatever a single market does: without any for so long the connection is dead. */
  silentAfter: number;
  firstRetry: number;
  longestRetry: number;
};

const usualTiming: PriceStreamTiming = { silentAfter: 10_000, firstRetry: 500, longestRetry: 30_000 };
const HANDSHAKE_MS = 5_000;

/** The prices of all symbols; see {@link PriceStream}. */
export function openPriceStream(
  { url, read, subscribe, ping }: PriceProtocol,
  listener: (event: PriceEvent) => void,
  timing: PriceStreamTiming = usualTiming,
): PriceStream {
  let socket: WebSocket | undefined;
  let silence: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;
  let heard: { at: number; tick: number } | null = null;
  let closed = false;

  const drop = (): void => {
    clearInterval(silence);
    const old = socket;
    socket = undefined;
    // Without a goodbye: a dead connection would not answer it.
    old?.terminate();
  };

  const lose = (lost: WebSocket, reason: string): void => {
    if (closed || lost !== socket) return;
    drop();
    const growing = Math.min(timing.firstRetry * 2 ** Math.min(failures, 20), timing.longestRetry);
    failures += 1;
    // Every installation loses its stream at once when the exchange restarts.
    retry = setTimeout(connect, growing * (0.5 + Math.random() / 2));
    listener({ kind: 'lost', reason });
  };

  const ask = async (own: WebSocket, requests: NonNullable<typeof subscribe>): Promise<void> => {
    const texts = await requests();
    if (closed || own !== socket) return;
    for (const text of texts) own.send(text);
    listener({ kind: 'connected' });
  };

  function connect(): void {
    const options = { handshakeTimeout: HANDSHAKE_MS, perMessageDeflate: false, headers: { 'User-Agent': 'sluice' } };
    const own = new WebSocket(url, options);
    socket = own;
    let why = 'the exchange closed the connection';
    own.on('open', () => {
      const openedAt = performance.now();
      silence = setInterval(() => {
        const quietFor = performance.now() - Math.max(openedAt, heard?.tick ?? 0);
        if (quietFor > timing.silentAfter) lose(own, `no price was heard for ${Math.round(quietFor / 1_000)} s`);
        else if (ping !== undefined) own.send(ping);
      }, timing.silentAfter / 4);
      if (subscribe === undefined) listener({ kind: 'connected' });
      else ask(own, subscribe).catch((error) => lose(own, error instanceof Error ? error.message : String(error)));
    });
    own.on('message', (data) => {
      if (closed || own !== socket) return;
      const told = read(String(data));
      if (told === null) return;
      const events = 'kind' in told ? [told] : told;
      if (events.some(({ kind }) => kind !== 'unreadable')) {
        heard = { at: Date.now(), tick: performance.now() };
        // Only what brings prices has made up for the failures before it.
        failures = 0;
      }
      for (const event of events) listener(event);
    });
    own.on('error', (error) => {
      why = error.message;
    });
    own.on('close', (code) => lose(own, `${why} (${code})`));
  }

  connect();
  return {
    get connected() {
      return socket?.readyState === WebSocket.OPEN;
    },
    get lastHeardAt() {
      return heard?.at ?? null;
    },
    close() {
      closed = true;
      clearTimeout(retry);
      drop();
    },
  };
}

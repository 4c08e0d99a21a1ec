import type { Market } from '../../../matching/venue.ts';
import type { StreamFaults } from '../../../serving/stream-faults.ts';
import { type MarketStreamKind, marketEvent, parseMarketStream } from './market-events.ts';
import type { StreamRoute } from './stream-address.ts';
import type { StreamConnection } from './stream-connection.ts';

/** `markPrice` without `@1s` comes every third second. */
const SLOW_EVERY = 3;

/** Where the venue sends a kind of stream. An address of none is an old one, which still has what is public. */
const routesOf = (kind: MarketStreamKind, unroutedToo: boolean): readonly StreamRoute[] => {
  if (kind === 'bookTicker') return ['public', 'unrouted'];
  return unroutedToo ? ['market', 'unrouted'] : ['market'];
};

interface FeedSource {
  readonly connections: ReadonlySet<StreamConnection>;
  readonly faults: StreamFaults;
  markets(): ReadonlyMap<string, Market>;
  unroutedToo(): boolean;
  now(): number;
}

/** The market streams: book tickers with each move of a price, tickers of what moved, mark prices by the second. */
export class MarketFeed {
  readonly #source: FeedSource;
  #moved = new Set<Market>();
  #seconds = 0;

  constructor(source: FeedSource) {
    this.#source = source;
  }

  /** A price moved. Its tickers wait until everything that moves with it has. */
  priceMoved(market: Market): void {
    this.#moved.add(market);
    this.#send(['bookTicker'], [market]);
  }

  /** Sends the tickers of what moved since the last time. */
  sendTickers(): void {
    if (this.#moved.size === 0) return;
    const moved = [...this.#moved];
    this.#moved = new Set();
    this.#send(['ticker', 'miniTicker'], moved);
  }

  /** Called each second: mark prices come whether or not they moved. */
  sendMarkPrices(): void {
    const slow = this.#seconds % SLOW_EVERY === 0;
    this.#seconds += 1;
    this.#send(slow ? ['markPrice@1s', 'markPrice'] : ['markPrice@1s'], [...this.#source.markets().values()]);
  }

  #send(kinds: readonly MarketStreamKind[], markets: readonly Market[]): void {
    for (const [name, listeners] of this.#listeners()) {
      const stream = parseMarketStream(name);
      if (stream === undefined || !kinds.includes(stream.kind)) continue;
      const routes = routesOf(stream.kind, this.#source.unroutedToo());
      const reached = listeners.filter((listener) => routes.includes(listener.route));
      const wanted = markets.filter((market) => stream.symbol === undefined || market.spec.symbol === stream.symbol);
      if (reached.length === 0 || wanted.length === 0) continue;
      const now = this.#source.now();
      const events = wanted.map((market) => marketEvent(stream.kind, market, now));
      // Written once, however many listen.
      for (const json of stream.list ? [JSON.stringify(events)] : events.map((event) => JSON.stringify(event))) {
        this.#source.faults.pass({ of: 'market' }, 'market', now, () => {
          for (const listener of reached) listener.send(name, json);
        });
      }
    }
  }

  #listeners(): Map<string, StreamConnection[]> {
    const listeners = new Map<string, StreamConnection[]>();
    for (const connection of this.#source.connections) {
      for (const name of connection.streams) {
        const known = listeners.get(name);
        if (known) known.push(connection);
        else listeners.set(name, [connection]);
      }
    }
    return listeners;
  }
}

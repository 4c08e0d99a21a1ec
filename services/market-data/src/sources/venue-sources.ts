import type { VenueName } from '@sluice/contracts';
import type {
  MarketDataSource,
  MarketFacts,
  MarkPrice,
  PriceEvent,
  PriceStream,
  RateLimit,
  Ticker,
} from '@sluice/exchange';
import type { UsedVenue } from '../markets/freshness.ts';
import { readTickers } from './read-tickers.ts';

/** Opens the public market data of a venue; asynchronous, so that the exchange's library is loaded only when used. */
export type OpenSource = (venue: UsedVenue) => Promise<MarketDataSource>;

type Opened = { endpoint: string | null; source: Promise<MarketDataSource> };

/** One source per venue, opened when first read and opened anew when configuration gives it another endpoint. */
export class VenueSources {
  readonly #open: OpenSource;
  readonly #opened = new Map<VenueName, Opened>();
  readonly #reading = new Map<Promise<MarketDataSource>, Promise<MarketFacts[]>>();

  constructor(open: OpenSource) {
    this.#open = open;
  }

  /**
   * All markets of a venue. Callers at the same time share one request: at start three jobs ask within milliseconds,
   * and the answer of a real exchange is about 1 MB. An answer is never kept: the next caller reads anew.
   */
  markets(venue: UsedVenue): Promise<MarketFacts[]> {
    const source = this.#sourceOf(venue);
    const underWay = this.#reading.get(source);
    if (underWay) return underWay;
    const reading = readMarkets(source).finally(() => this.#reading.delete(source));
    this.#reading.set(source, reading);
    return reading;
  }

  /** The rate limits that came with the venue's last list of markets. */
  async rateLimits(venue: UsedVenue): Promise<RateLimit[]> {
    return (await this.#sourceOf(venue)).rateLimits();
  }

  /** The last price of every symbol, within the time that keeps stored prices young enough. */
  async tickers(venue: UsedVenue): Promise<Ticker[]> {
    const source = await this.#sourceOf(venue);
    const tickers = await readTickers(source);
    if (tickers.length === 0) throw new Error('the exchange answered with no price at all');
    return tickers;
  }

  /** The mark price of every symbol. */
  async marks(venue: UsedVenue): Promise<MarkPrice[]> {
    return await (await this.#sourceOf(venue)).markPrices();
  }

  /** Listens to all prices of a venue until the stream, or with it the source, is closed. */
  async watch(venue: UsedVenue, listener: (event: PriceEvent) => void): Promise<PriceStream> {
    return (await this.#sourceOf(venue)).watchPrices(listener);
  }

  async close(): Promise<void> {
    const all = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.allSettled(all.map(async ({ source }) => (await source).close()));
  }

  #sourceOf(venue: UsedVenue): Promise<MarketDataSource> {
    const known = this.#opened.get(venue.name);
    if (known?.endpoint === venue.endpoint) return known.source;
    const source = this.#open(venue);
    this.#opened.set(venue.name, { endpoint: venue.endpoint, source });
    // One that could not be opened is tried again by the next run.
    source.catch(() => {
      if (this.#opened.get(venue.name)?.source === source) this.#opened.delete(venue.name);
    });
    known?.source.then((old) => old.close()).catch(() => {});
    return source;
  }
}

/** An empty list would close every symbol and so refuse every order; an exchange in maintenance may answer with one. */
async function readMarkets(source: Promise<MarketDataSource>): Promise<MarketFacts[]> {
  const markets = await (await source).markets();
  if (markets.length === 0) throw new Error('the exchange answered with no market at all');
  return markets;
}

import { Decimal } from 'decimal.js';
import { Faults } from './http/faults.ts';
import { createRateWindows, defaultRateLimits, type RateLimits, type RateWindows } from './http/rate-windows.ts';
import { movePrice } from './matching/price-move.ts';
import { type AccountSpec, createVenue, type Venue } from './matching/venue.ts';
import { seededRandom, walkStep } from './price-walk.ts';
import { StreamHub } from './streams/stream-hub.ts';

export interface PaperExchangeOptions {
  readonly accounts: readonly AccountSpec[];
  readonly seed: number;
  /** Do prices move by themselves? */
  readonly moves: boolean;
  /** Bounds of the random time an answer takes, in ms. */
  readonly latency: { readonly minMs: number; readonly maxMs: number };
  readonly enforceRateLimits: boolean;
  /** ms since the epoch; tests give their own. */
  readonly clock: () => number;
}

/** The process's whole state: the venue, and what the control API lays over it. */
export class PaperExchange {
  venue: Venue;
  readonly options: PaperExchangeOptions;
  readonly faults: Faults;
  readonly streams: StreamHub;
  readonly windows: RateWindows = createRateWindows();
  limits: RateLimits;
  latency: { minMs: number; maxMs: number };
  moving: boolean;
  /** Added to the clock, in ms; negative puts the venue behind its clients. */
  clockOffsetMs = 0;
  readonly #random: () => number;

  constructor(options: PaperExchangeOptions) {
    this.options = options;
    this.#random = seededRandom(options.seed);
    this.faults = new Faults(this.#random);
    this.latency = { ...options.latency };
    this.moving = options.moves;
    this.limits = { ...defaultRateLimits, enforce: options.enforceRateLimits };
    // Three digits of room a millisecond, and below 2^53: JSON readers keep it exact.
    this.streams = new StreamHub(this);
    this.venue = this.#newVenue(options.clock() * 1_000);
  }

  now(): number {
    return this.options.clock() + this.clockOffsetMs;
  }

  random(): number {
    return this.#random();
  }

  /** Time one call takes from socket to socket, in ms; half of it passes before the matching engine sees the call. */
  drawLatency(): number {
    const { minMs, maxMs } = this.latency;
    return maxMs === 0 ? 0 : minMs + this.#random() * (maxMs - minMs);
  }

  /** One step of every price, when prices move. */
  walk(): void {
    if (!this.moving) return;
    for (const market of this.venue.markets.values()) {
      const step = walkStep(market.anchor, market.tickSize, market.offset, this.#random());
      market.offset = step.offset;
      if (!step.price.eq(market.last)) movePrice(this.venue, market, step.price, undefined, this.now());
    }
    this.streams.market.sendTickers();
  }

  /** Sets a price by hand; the walk goes on from there. */
  setPrice(symbol: string, price: string, mark?: string): boolean {
    const market = this.venue.markets.get(symbol);
    if (market === undefined) return false;
    market.anchor = new Decimal(price);
    market.offset = 0;
    movePrice(this.venue, market, market.anchor, mark === undefined ? undefined : new Decimal(mark), this.now());
    this.streams.market.sendTickers();
    return true;
  }

  /** Back to the start, except that ids go on: a client must never meet the same id twice. */
  reset(): void {
    const { nextOrderId, nextAlgoId, nextTradeId, nextIncomeId } = this.venue;
    this.venue = this.#newVenue(nextOrderId);
    this.venue.nextAlgoId = nextAlgoId;
    this.venue.nextTradeId = nextTradeId;
    this.venue.nextIncomeId = nextIncomeId;
    this.faults.remove();
    this.latency = { ...this.options.latency };
    this.moving = this.options.moves;
    this.clockOffsetMs = 0;
    this.limits = { ...defaultRateLimits, enforce: this.options.enforceRateLimits };
    for (const window of Object.values(this.windows)) window.clear();
    // Listen keys are forgotten with their accounts, and a stream on a forgotten key would be silent for ever.
    this.streams.reset();
  }

  #newVenue(idBase: number): Venue {
    return createVenue(this.options.accounts, idBase, (event) => this.streams.publish(event));
  }
}

import { Decimal } from 'decimal.js';
import type { z } from 'zod';
import type { AlgoOrder, Order } from '../matching/order.ts';
import { movePrice } from '../matching/price-move.ts';
import type { Switches } from '../matching/switches.ts';
import { type AccountSpec, createVenue, type Venue, type VenueProfile } from '../matching/venue.ts';
import type { Answer, CallRequest } from './answer.ts';
import { Faults } from './faults.ts';
import { seededRandom, walkStep } from './price-walk.ts';
import type { VenueStreams } from './venue-streams.ts';

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

/**
 * One venue's whole state: its markets and accounts, and what the control API lays over them. A protocol extends it
 * by the calls and streams through which clients reach it.
 */
export abstract class PaperExchange<S extends Switches = Switches> {
  venue: Venue<S>;
  readonly options: PaperExchangeOptions;
  readonly faults: Faults;
  latency: { minMs: number; maxMs: number };
  moving: boolean;
  /** Added to the clock, in ms; negative puts the venue behind its clients. */
  clockOffsetMs = 0;
  readonly #profile: VenueProfile<S>;
  readonly #random: () => number;

  /** Calls whose path begins with one of these are this venue's. */
  abstract readonly prefixes: readonly string[];
  abstract readonly streams: VenueStreams;
  /** What it counts requests against, and the same as the control API takes it. */
  abstract readonly limits: { enforce: boolean };
  abstract readonly limitsBody: z.ZodType<object>;
  abstract readonly switchesBody: z.ZodType<object>;

  constructor(profile: VenueProfile<S>, options: PaperExchangeOptions) {
    this.options = options;
    this.#profile = profile;
    this.#random = seededRandom(options.seed);
    this.faults = new Faults(this.#random);
    this.latency = { ...options.latency };
    this.moving = options.moves;
    // Three digits of room a millisecond, and below 2^53: JSON readers keep it exact.
    this.venue = this.#newVenue(options.clock() * 1_000);
  }

  /** An order's id as clients meet it. */
  shownId(orderId: number): number | string {
    return orderId;
  }

  abstract answer(request: CallRequest): Promise<Answer>;
  /** Back to the start for what the protocol keeps beside the venue. */
  protected abstract forget(): void;

  /** Told of each order that somebody placed by hand, for a protocol that lists orders by numbers of its own. */
  placedByHand(_account: string, _order: Order | AlgoOrder): void {}

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
    this.streams.sendPrices();
  }

  /** Sets a price by hand; the walk goes on from there. */
  setPrice(symbol: string, price: string, mark?: string): boolean {
    const market = this.venue.markets.get(symbol);
    if (market === undefined) return false;
    market.anchor = new Decimal(price);
    market.offset = 0;
    movePrice(this.venue, market, market.anchor, mark === undefined ? undefined : new Decimal(mark), this.now());
    this.streams.sendPrices();
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
    this.forget();
    // What streams are known by is forgotten with the accounts, and on a forgotten name they would be silent for ever.
    this.streams.reset();
  }

  #newVenue(idBase: number): Venue<S> {
    return createVenue(this.#profile, this.options.accounts, idBase, (event) => this.streams.publish(event));
  }
}

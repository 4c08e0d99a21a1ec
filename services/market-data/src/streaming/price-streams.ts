import type { Sql } from '@sluice/service-runtime';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import { selectExposedSymbols } from '../db/exposed-symbols.ts';
import { holdStream, releaseStream } from '../db/price-stream.ts';
import { upsertMarks, upsertPrices } from '../db/prices.ts';
import { selectUsedVenues } from '../db/used-venues.ts';
import { knownVenues, pricedVenues, type UsedVenue } from '../markets/freshness.ts';
import type { VenueSources } from '../sources/venue-sources.ts';
import { VenueStream } from './venue-stream.ts';

export type PriceStreamsOptions = {
  sql: Sql;
  sources: VenueSources;
  replica: string;
  /** How often what was heard is stored, default 1 s; leases are renewed every second time. */
  everyMs?: number;
  /** How long after its last sign of life a replica keeps a stream, default 6 s. */
  leaseMs?: number;
};

const EVERY_MS = 1_000;
const LEASE_MS = 6_000;
const HOLD_EVERY = 2;
/** An order's symbol is streamed this many rounds after it came, at the latest; until then the poll serves it. */
const USED_EVERY = 3;

const log = getLogger('price-stream');

type Held = { venue: UsedVenue; stream: VenueStream; used: ReadonlySet<string> };

/**
 * Listens to the prices of each used venue, one replica per venue, and stores once a second what changed of the symbols
 * in use. A lease in the database says who listens; two that listen for a moment do no harm, since no price is ever
 * stored over a newer one.
 */
export class PriceStreams {
  readonly #options: PriceStreamsOptions;
  readonly #held = new Map<string, Held>();
  readonly #timer: NodeJS.Timeout;
  #round = 0;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: PriceStreamsOptions) {
    this.#options = options;
    this.#timer = withoutJobContext(() => setInterval(() => this.#tick(), options.everyMs ?? EVERY_MS));
    this.#tick();
  }

  /** How each stream this replica holds is, for its heartbeat. */
  details(): Record<string, string> {
    return Object.fromEntries([...this.#held].map(([venue, { stream }]) => [venue, stream.state]));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
    const { sql, replica } = this.#options;
    for (const [venue, { stream }] of this.#held) {
      stream.close();
      await releaseStream(sql, venue, replica).catch(() => {});
    }
    this.#held.clear();
  }

  #tick(): void {
    // A round that hangs on the database is not joined by further ones.
    if (this.#running || this.#stopped) return;
    this.#running = this.#runRound()
      // A database that is away is told of by the heartbeat, once; what was heard waits in the buffer.
      .catch((error: unknown) => log.debug('prices that were heard could not be stored', error))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #runRound(): Promise<void> {
    if (this.#round % HOLD_EVERY === 0) await this.#hold();
    if (this.#round % USED_EVERY === 0) {
      for (const held of this.#held.values()) {
        held.used = await selectExposedSymbols(this.#options.sql, held.venue.name);
      }
    }
    this.#round += 1;
    for (const held of this.#held.values()) await this.#store(held);
  }

  async #hold(): Promise<void> {
    const { sql, replica, leaseMs = LEASE_MS } = this.#options;
    const venues = pricedVenues(knownVenues(await selectUsedVenues(sql)));
    for (const [name, { venue, stream }] of this.#held) {
      const still = venues.find((used) => used.name === name);
      if (still !== undefined && still.endpoint === venue.endpoint) continue;
      stream.close();
      this.#held.delete(name);
      if (still === undefined) await releaseStream(sql, name, replica);
    }
    for (const venue of venues) {
      const held = this.#held.get(venue.name);
      const note = held?.stream.note() ?? null;
      const mine = await holdStream(sql, venue.name, replica, leaseMs, note);
      if (mine && held === undefined) this.#open(venue);
      if (!mine && held !== undefined) {
        // It was not renewed in time, and another replica listens by now.
        held.stream.close();
        this.#held.delete(venue.name);
      }
    }
  }

  #open(venue: UsedVenue): void {
    const { sources } = this.#options;
    const stream = new VenueStream(venue.name, () => void this.#poll(venue));
    this.#held.set(venue.name, { venue, stream, used: new Set() });
    this.#round = 0;
    stream
      .open((listener) => sources.watch(venue, listener))
      .catch((error: unknown) => {
        log.warn('the prices of %s cannot be listened to; they come by the poll alone', venue.name, error);
      });
  }

  async #store({ venue, stream, used }: Held): Promise<void> {
    const { sql } = this.#options;
    const { last, marks } = stream.buffer.take(used);
    if (last.length > 0) await upsertPrices(sql, venue.name, last, { touch: true });
    if (marks.length > 0) await upsertMarks(sql, venue.name, marks);
  }

  /** What happened before a connection was not heard: the symbols in use are read at once, the others by the next poll. */
  async #poll(venue: UsedVenue): Promise<void> {
    const { sql, sources } = this.#options;
    try {
      const readAt = Date.now();
      const used = await selectExposedSymbols(sql, venue.name);
      if (used.size === 0) return;
      const tickers = (await sources.tickers(venue)).filter(({ symbol }) => used.has(symbol));
      const seen = tickers.map((ticker) => ({ ...ticker, seenAt: readAt }));
      await upsertPrices(sql, venue.name, seen, { touch: true });
    } catch (error) {
      log.debug('the gap before the connection is left to the next poll of %s', venue.name, error);
    }
  }
}

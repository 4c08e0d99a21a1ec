import { getLogger, withoutJobContext } from '@sluice/telemetry';
import type { Sql } from '../postgres/connect-postgres.ts';
import { retryWhileSlow } from '../postgres/retry-while-slow.ts';

const TRUSTED_TRIP_MS = 200;
const MOST_TRIES = 3;
const COMPARE_EVERY_MS = 30_000;

const log = getLogger('jobs');

/**
 * The database's clock, read from here. Slots are counted on it, so a ticker that follows a pod's own clock would file
 * its tick in the wrong slot when the two differ.
 */
export class DatabaseClock {
  readonly #sql: Sql;
  #offsetMs = 0;
  #measured = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Compares the clocks now, and every half a minute from then on. */
  async start(): Promise<void> {
    await retryWhileSlow(() => this.measure());
    this.#timer = withoutJobContext(() =>
      setInterval(() => {
        this.measure().catch((error) => log.debug('the clocks could not be compared', error));
      }, COMPARE_EVERY_MS).unref(),
    );
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * Compares the clocks. Half of the round trip is taken off; the rest is well under the 10 ms a tick is aimed late. Of
   * several tries the quickest counts, and none that took long when an earlier comparison is there: a process that stalls
   * over the answer would take half of its stall for a difference of the clocks, and date what it does that much too
   * early. Orders are fenced by such dates.
   */
  async measure(): Promise<void> {
    let best = { trip: Number.POSITIVE_INFINITY, offset: 0 };
    for (let tries = 0; tries < MOST_TRIES && best.trip > TRUSTED_TRIP_MS; tries++) {
      const begun = performance.now();
      const sent = Date.now();
      const [row] = await this.#sql<{ ms: number }[]>`
        select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
      const trip = performance.now() - begun;
      if (trip < best.trip) best = { trip, offset: row!.ms - (sent + trip / 2) };
    }
    if (this.#measured && best.trip > TRUSTED_TRIP_MS) return;
    this.#measured = true;
    this.#offsetMs = best.offset;
  }
}

import type { Sql } from '../postgres/connect-postgres.ts';

/**
 * The database's clock, read from here. Slots are counted on it, so a ticker that follows a pod's own clock would file
 * its tick in the wrong slot when the two differ.
 */
export class DatabaseClock {
  readonly #sql: Sql;
  #offsetMs = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Compares the clocks. Half of the round trip is taken off; the rest is well under the 10 ms a tick is aimed late. */
  async measure(): Promise<void> {
    const sent = Date.now();
    const [row] = await this.#sql<{ ms: number }[]>`
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
    const received = Date.now();
    this.#offsetMs = row!.ms - (sent + received) / 2;
  }
}

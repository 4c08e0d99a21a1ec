import type { Sql } from '@sluice/service-runtime';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import { addTotals, type Totals } from '../db/rebalance-totals.ts';
import type { Committed } from '../planning/plan-and-write.ts';

const log = getLogger('planning');

const FLUSH_EVERY_MS = 500;

/** Counts plans and adds them to the totals of all replicas twice a second; a crash loses at most that much. */
export class RebalanceMeter {
  readonly #sql: Sql;
  readonly #replica: string;
  #since: Totals = none();
  readonly #timer: NodeJS.Timeout;

  constructor(sql: Sql, replica: string) {
    this.#sql = sql;
    this.#replica = replica;
    this.#timer = withoutJobContext(() => setInterval(() => void this.flush(), FLUSH_EVERY_MS));
  }

  count(committed: Committed, durationMs: number, pairs: number): void {
    if (pairs === 0) return;
    this.#since.rebalances += 1;
    this.#since.cancelled += committed.demoted;
    this.#since.executed += committed.sent;
    this.#since.durationMs += durationMs;
  }

  async flush(): Promise<void> {
    if (this.#since.rebalances === 0) return;
    const totals = this.#since;
    this.#since = none();
    try {
      await addTotals(this.#sql, this.#replica, totals);
    } catch (error) {
      for (const key of Object.keys(totals) as (keyof Totals)[]) this.#since[key] += totals[key];
      log.debug('totals could not be written yet', error);
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}

function none(): Totals {
  return { rebalances: 0, cancelled: 0, executed: 0, durationMs: 0 };
}

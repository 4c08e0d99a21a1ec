import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '@sluice/service-runtime';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import type { Configuration } from '../configuration/configuration.ts';
import { ensureCursor, readUnplannedAccounts } from '../db/alert-intake.ts';
import type { AlertPlanned } from '../planning/plan-alert.ts';

const log = getLogger('intake');

/** Another process plans the same (strategy, account): it is looked again this soon. */
const BUSY_PAUSE_MS = 15;
/** The store does not answer: the alert stays next in line and is tried again this often. */
const STORE_PAUSE_MS = 250;
/** A job that sees alerts planned looks this often, and is given back after this long; below its own bound of 30 s. */
const SEE_AGAIN_AFTER_MS = 250;
const SEE_WITHIN_MS = 15_000;

export type AlertIntakeDeps = {
  sql: Sql;
  configuration: () => Configuration;
  plan: (strategy: string, account: string) => Promise<AlertPlanned>;
  planned: (planned: Extract<AlertPlanned, { kind: 'planned' | 'failed' }>) => void;
};

/**
 * Plans alerts in arrival order per (strategy, account). What wakes it (a notification, a job, the start) never decides
 * the order: each wake-up plans from the receipts until none is left.
 */
export class AlertIntake {
  readonly #deps: AlertIntakeDeps;
  readonly #running = new Map<string, { again: boolean; done: Promise<void> }>();
  readonly #cursors = new Set<string>();
  #stopping = false;

  constructor(deps: AlertIntakeDeps) {
    this.#deps = deps;
  }

  /** There may be new alerts of a strategy. */
  wake(strategy: string): void {
    for (const link of this.#deps.configuration().links.values()) {
      if (link.strategy === strategy && !link.removed) void this.#drain(strategy, link.account);
    }
  }

  /** Looks at every strategy: at start, and after notifications may have been lost. */
  wakeAll(): void {
    for (const strategy of this.#deps.configuration().strategies.keys()) this.wake(strategy);
  }

  /**
   * Sees some alerts planned on all their accounts; rejects when one is not, so that their job is tried again. Waits for
   * these alerts and not for the end of the chain: where alerts keep coming a chain has none, and the job would outlive
   * its time.
   */
  async see(alertIds: string[]): Promise<void> {
    const until = Date.now() + SEE_WITHIN_MS;
    for (;;) {
      const behind = await readUnplannedAccounts(this.#deps.sql, alertIds);
      const [first] = behind;
      if (first === undefined) return;
      if (this.#stopping || Date.now() > until) {
        throw new Error(`alert ${first.id} is not planned yet on account ${first.account}`);
      }
      const pairs = new Map(behind.map((row) => [`${row.strategy}\n${row.account}`, row]));
      const chains = [...pairs.values()].map(({ strategy, account }) => this.#drain(strategy, account));
      await Promise.race([Promise.all(chains), sleep(SEE_AGAIN_AFTER_MS)]);
      await sleep(BUSY_PAUSE_MS);
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  /** One chain per (strategy, account) in this process; a wake-up during its run makes it look once more. */
  #drain(strategy: string, account: string): Promise<void> {
    const key = `${strategy}\n${account}`;
    const running = this.#running.get(key);
    if (running !== undefined) {
      running.again = true;
      return running.done;
    }
    const chain = { again: false, done: Promise.resolve() };
    this.#running.set(key, chain);
    // What an alert causes carries no job's tag, whoever woke the chain.
    chain.done = withoutJobContext(() => this.#run(strategy, account, chain)).finally(() => this.#running.delete(key));
    return chain.done;
  }

  async #run(strategy: string, account: string, chain: { again: boolean }): Promise<void> {
    while (!this.#stopping) {
      try {
        if (!this.#cursors.has(`${strategy}\n${account}`)) {
          await ensureCursor(this.#deps.sql, strategy, account);
          this.#cursors.add(`${strategy}\n${account}`);
        }
        chain.again = false;
        const planned = await this.#deps.plan(strategy, account);
        if (planned.kind === 'busy') await sleep(BUSY_PAUSE_MS);
        else {
          if (planned.kind !== 'none') this.#deps.planned(planned);
          if ((planned.kind === 'none' || !planned.more) && !chain.again) return;
        }
      } catch (error) {
        log.warn(
          'alerts of %s cannot be planned on %s at the moment; they stay next in line',
          strategy,
          account,
          error,
        );
        await sleep(STORE_PAUSE_MS);
      }
    }
  }
}

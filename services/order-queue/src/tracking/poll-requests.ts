import type { Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { readTrackedPairs } from '../db/tracking.ts';
import { SETTLING_MS } from './compare-with-exchange.ts';
import { noCounts, type PollDeps, pollAccount } from './poll-account.ts';

const log = getLogger('update_open_orders');

/** Other software that trades the same account may make many events; each of its symbols is asked for this seldom. */
const BETWEEN_POLLS_MS = 5_000;

/** Polls of one account that something on its stream asks for: one at a time, repeats folded. */
export class PollRequests {
  readonly #deps: PollDeps & { sql: Sql };
  readonly #account: string;
  #symbols = new Set<string>();
  #all = false;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #endedAt = 0;
  readonly #stop = new AbortController();

  constructor(deps: PollDeps & { sql: Sql }, account: string) {
    this.#deps = deps;
    this.#account = account;
  }

  /** A pair whose list has changed by something that is not ours. */
  add(symbol: string): void {
    this.#symbols.add(symbol);
    this.#schedule(Math.max(0, this.#endedAt + BETWEEN_POLLS_MS - performance.now()));
  }

  /** Everything, at once: what happened was not heard. */
  addAll(): void {
    this.#all = true;
    this.#again = true;
    this.#schedule(0);
  }

  /** Resolves when nothing more is reported. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(delay: number): void {
    if (this.#stop.signal.aborted || this.#running !== undefined) return;
    if (this.#timer !== undefined && !this.#all) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#poll()
        .catch((error) => log.warn('account %s could not be polled; the next poll is in 29 s', this.#account, error))
        .finally(() => {
          this.#running = undefined;
          this.#endedAt = performance.now();
          if (this.#all) this.#schedule(0);
          else if (this.#symbols.size > 0) this.#schedule(BETWEEN_POLLS_MS);
        });
    }, delay);
  }

  async #poll(): Promise<void> {
    const [all, symbols] = [this.#all, this.#symbols];
    this.#all = false;
    this.#symbols = new Set();
    const tracked = await readTrackedPairs(this.#deps.sql);
    const pairs = tracked.filter((pair) => pair.account === this.#account && (all || symbols.has(pair.symbol)));
    const counts = noCounts();
    await pollAccount(this.#deps, this.#account, pairs, counts, this.#stop.signal);
    // Orders that changed just now were left alone. What happened to them while nobody listened is found once they rest.
    if (!all || !this.#again || counts.settling === 0 || this.#stop.signal.aborted) return;
    this.#again = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#all = true;
      this.#schedule(0);
    }, SETTLING_MS);
  }
}

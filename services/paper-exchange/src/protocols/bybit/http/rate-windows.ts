import { FixedWindow } from '../../../serving/fixed-window.ts';

export interface RateLimits {
  /** Off: counted, stated in the headers as if there were no limit, and never refused. */
  enforce: boolean;
  /** Requests per address in five seconds; beyond it HTTP 403. */
  requestsPer5s: number;
  /** Placements and cancels per account and second, each kind for itself; undefined leaves the documented ten. */
  ordersPerSecond: number | undefined;
}

export const defaultRateLimits: Readonly<RateLimits> = {
  enforce: true,
  requestsPer5s: 600,
  ordersPerSecond: undefined,
};

/** What is stated where nothing is enforced: so much that nobody keeps to it. */
export const NO_LIMIT = 1_000_000;

/** Counts of one venue: requests per address, and per account and bucket. */
export class RateWindows {
  readonly requests = new FixedWindow(5_000);
  readonly #buckets = new Map<string, FixedWindow>();

  bucket(name: string): FixedWindow {
    const found = this.#buckets.get(name) ?? new FixedWindow(1_000);
    this.#buckets.set(name, found);
    return found;
  }

  clear(): void {
    this.requests.clear();
    this.#buckets.clear();
  }
}

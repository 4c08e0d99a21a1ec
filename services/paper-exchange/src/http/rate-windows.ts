/** Counts per key in fixed windows: 12:34:00 to 12:34:10, not the last ten seconds. */
class FixedWindow {
  readonly #lengthMs: number;
  #window = -1;
  #counts = new Map<string, number>();

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** Adds to the key's count in the window that holds `now`, and returns the new count. */
  add(key: string, cost: number, now: number): number {
    const window = Math.floor(now / this.#lengthMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#counts = new Map();
    }
    const count = (this.#counts.get(key) ?? 0) + cost;
    this.#counts.set(key, count);
    return count;
  }

  /** Seconds until the next window opens, rounded up. */
  secondsLeft(now: number): number {
    return Math.ceil((this.#lengthMs - (now % this.#lengthMs)) / 1000);
  }

  clear(): void {
    this.#counts.clear();
  }
}

export interface RateLimits {
  /** Off: counted and shown in the headers, never refused. */
  enforce: boolean;
  ordersPer10s: number;
  ordersPerMinute: number;
  weightPerMinute: number;
}

/** Since 2026-06-30: orders per account, weight per IP address. */
export const defaultRateLimits: Readonly<RateLimits> = {
  enforce: true,
  ordersPer10s: 300,
  ordersPerMinute: 1_200,
  weightPerMinute: 2_400,
};

export interface RateWindows {
  readonly orders10s: FixedWindow;
  readonly orders1m: FixedWindow;
  readonly weight1m: FixedWindow;
}

export const createRateWindows = (): RateWindows => ({
  orders10s: new FixedWindow(10_000),
  orders1m: new FixedWindow(60_000),
  weight1m: new FixedWindow(60_000),
});

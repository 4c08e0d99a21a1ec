/** Counts per key in fixed windows: 12:34:00 to 12:34:10, not the last ten seconds. */
export class FixedWindow {
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

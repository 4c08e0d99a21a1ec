/** Binance USD-M counts 300 new orders per 10 s and account; a swap spends one, and swaps may take half. */
const WINDOW_MS = 10_000;
const SWAPS_PER_WINDOW = 150;

/** How many swaps this process may still begin for an account in the current window of the exchange. */
export class SwapBudget {
  readonly #spent = new Map<string, { window: number; count: number }>();

  left(account: string, now: number): number {
    const spent = this.#spent.get(account);
    return spent?.window === windowOf(now) ? Math.max(0, SWAPS_PER_WINDOW - spent.count) : SWAPS_PER_WINDOW;
  }

  /** When a used-up budget is whole again, ms since the epoch. */
  nextWindow(now: number): number {
    return (windowOf(now) + 1) * WINDOW_MS;
  }

  spend(account: string, now: number): void {
    const spent = this.#spent.get(account);
    if (spent?.window === windowOf(now)) spent.count += 1;
    else this.#spent.set(account, { window: windowOf(now), count: 1 });
  }
}

/** The exchange's windows are fixed, not sliding. */
function windowOf(now: number): number {
  return Math.floor(now / WINDOW_MS);
}

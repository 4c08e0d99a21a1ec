import type { RateBudget } from '../budget/rate-budget.ts';

/** Swaps begun before anything was asked for in a window; beyond them only what the shared budget has granted. */
const UNASKED = 20;
const WINDOW_MS = 10_000;
/** More was asked for when the last was spent. */
const ASK_AGAIN_MS = 250;

/**
 * How many swaps may still be begun for an account: half of the exchange's shortest order window, over all replicas. No
 * limit of the exchange stands behind it, each request is paid for by itself; so the first ones need not wait for the
 * answer of the shared budget, and may be so many too many per replica.
 */
export class SwapBudget {
  readonly #budget: RateBudget;
  readonly #unpaid = new Map<string, { window: number; count: number }>();

  constructor(budget: RateBudget) {
    this.#budget = budget;
  }

  left(account: string, now: number): number {
    const { count, moreAt } = this.#budget.swapRoom(account);
    if (moreAt !== null) return count;
    const unpaid = this.#unpaid.get(account);
    return Math.max(count, UNASKED - (unpaid?.window === windowOf(now) ? unpaid.count : 0));
  }

  /** When there may be more of a used-up budget, ms since the epoch. */
  moreAt(account: string, now: number): number {
    return this.#budget.swapRoom(account).moreAt ?? now + ASK_AGAIN_MS;
  }

  spend(account: string, now: number): void {
    if (this.#budget.spendSwap(account)) return;
    const unpaid = this.#unpaid.get(account);
    if (unpaid?.window === windowOf(now)) unpaid.count += 1;
    else this.#unpaid.set(account, { window: windowOf(now), count: 1 });
  }
}

/** The exchange's windows are fixed, not sliding. */
function windowOf(now: number): number {
  return Math.floor(now / WINDOW_MS);
}

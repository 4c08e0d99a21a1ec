import { type CallCost, rateRules } from '@sluice/exchange';
import type { Configuration } from '../configuration/configuration.ts';
import type { RateBudget } from './rate-budget.ts';

/**
 * Of the orders a window takes, plans may put this share in motion before anything was asked for: it is asked for while
 * the plan is written. Of Binance's 300 these are 36. With fewer, a batch after a quiet minute would wait for the next
 * tick; with more, orders would queue in a process, where no better one can pass them.
 */
const UNASKED_SHARE = 0.12;
/** Planned and neither handed over nor taken back by then: its transaction was rolled back. */
const FORGET_AFTER_MS = 2_000;
const PER_REQUEST = 5;

/**
 * How many LIMIT and STOP orders plans may put in motion. What does not fit stays pending in its rank, and its pair is
 * due when there is more: so better orders that come meanwhile go first, in whichever process. MARKET orders and
 * cancels are never held back here.
 */
export class SendRoom {
  readonly #budget: RateBudget;
  readonly #configuration: () => Configuration;
  readonly #unsent: (account: string) => number;
  readonly #now: () => number;
  /** When orders were put in motion by plans that have not handed over their tasks yet. */
  readonly #planned = new Map<string, number[]>();

  constructor(
    budget: RateBudget,
    configuration: () => Configuration,
    unsent: (account: string) => number,
    now: () => number,
  ) {
    this.#budget = budget;
    this.#configuration = configuration;
    this.#unsent = unsent;
    this.#now = now;
  }

  /** Has enough at hand for so many orders. Waits for that only where they are many; else it is there when they leave. */
  async prepare(account: string, orders: number): Promise<void> {
    const costs = this.#costs(account);
    if (costs === null || orders === 0) return;
    const enough = this.left(account) >= orders;
    const ahead = orders + this.#inMotion(account);
    const asked = this.#budget.prefetch(
      account,
      costs.place(PER_REQUEST, false),
      'ordinary',
      Math.ceil(ahead / PER_REQUEST),
    );
    if (!enough) await asked;
  }

  left(account: string): number {
    const cost = this.#orderCost(account);
    if (cost === null) return Number.POSITIVE_INFINITY;
    const { count, moreAt } = this.#budget.room(account, cost, 'ordinary');
    const free = moreAt === null ? Math.max(count, this.#unasked(account)) : count;
    return Math.max(0, free - this.#inMotion(account));
  }

  /** From when there is more, ms since the epoch. */
  moreAt(account: string, now: number): number {
    const cost = this.#orderCost(account);
    return (cost === null ? null : this.#budget.room(account, cost, 'ordinary').moreAt) ?? now;
  }

  /** A plan has put an order in motion. */
  spend(account: string): void {
    const planned = this.#planned.get(account) ?? [];
    planned.push(this.#now());
    this.#planned.set(account, planned);
  }

  /** The tasks of a plan are with the send loop, which counts them from here on. */
  handedOver(account: string, orders: number): void {
    this.#planned.get(account)?.splice(0, orders);
  }

  #inMotion(account: string): number {
    const planned = (this.#planned.get(account) ?? []).filter((at) => at > this.#now() - FORGET_AFTER_MS);
    this.#planned.set(account, planned);
    return planned.length + this.#unsent(account);
  }

  #unasked(account: string): number {
    return Math.max(1, Math.floor(this.#budget.orderLimit(account) * UNASKED_SHARE));
  }

  #orderCost(account: string): CallCost | null {
    const costs = this.#costs(account);
    return costs === null ? null : { ...costs.place(1, false), weight: 1 };
  }

  #costs(account: string) {
    const config = this.#configuration().accounts.get(account);
    return config === undefined ? null : rateRules(config.venue).costs;
  }
}

import type { Order } from '../../matching/order.ts';
import type { Refusal } from '../../matching/refusal.ts';
import type { Account } from '../../matching/venue.ts';
import { FixedWindow } from '../../serving/fixed-window.ts';
import { refusals } from './refusals.ts';

export interface SpotLimits {
  /** Off: counted and shown in the headers, never refused. */
  enforce: boolean;
  ordersPer10s: number;
  ordersPerDay: number;
  weightPerMinute: number;
}

/** Orders per account, weight per IP address. */
export const defaultLimits: Readonly<SpotLimits> = {
  enforce: true,
  ordersPer10s: 100,
  ordersPerDay: 200_000,
  weightPerMinute: 6_000,
};

const TEN_SECONDS = 10_000;
const DAY = 86_400_000;

/**
 * The venue counts orders that nothing has been filled of: one more with each that it takes, one less with its first
 * fill. Neither a cancel nor an expiry gives any back.
 */
export class UnfilledOrders {
  readonly #windows = [
    { name: '10s', lengthMs: TEN_SECONDS, window: new FixedWindow(TEN_SECONDS) },
    { name: '1d', lengthMs: DAY, window: new FixedWindow(DAY) },
  ];

  /** Refuses the order that would be one too many. */
  check(account: Account, limits: SpotLimits, now: number): Refusal | undefined {
    if (!limits.enforce) return undefined;
    const [short, day] = this.#windows.map(({ window }) => window.add(account.name, 0, now));
    if (short! >= limits.ordersPer10s) return refusals.tooManyOrders(limits.ordersPer10s, '10 SECOND');
    if (day! >= limits.ordersPerDay) return refusals.tooManyOrders(limits.ordersPerDay, '1 DAY');
    return undefined;
  }

  secondsLeft(now: number): number {
    return this.#windows[0]!.window.secondsLeft(now);
  }

  accepted(account: Account, now: number): void {
    for (const { window } of this.#windows) window.add(account.name, 1, now);
  }

  /** Its first fill. In a later window than its own there is nothing of it to take back. */
  firstFilled(account: Account, order: Order, now: number): void {
    for (const { window, lengthMs } of this.#windows) {
      if (Math.floor(order.time / lengthMs) === Math.floor(now / lengthMs)) window.add(account.name, -1, now);
    }
  }

  showIn(headers: Record<string, string>, account: Account, now: number): void {
    for (const { name, window } of this.#windows) {
      headers[`x-mbx-order-count-${name}`] = String(Math.max(0, window.add(account.name, 0, now)));
    }
  }

  clear(): void {
    for (const { window } of this.#windows) window.clear();
  }
}

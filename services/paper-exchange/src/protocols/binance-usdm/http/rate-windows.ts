import { FixedWindow } from '../../../serving/fixed-window.ts';

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

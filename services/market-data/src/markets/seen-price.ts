import type { Ticker } from '@sluice/exchange';

/** A price, and when the exchange was last heard to hold it, ms of our clock. */
export type SeenPrice = Ticker & { seenAt: number };

/** Who may use the budget up to where: what the ones below leave is kept for the ones above. */
export const levels = ['spare', 'ordinary', 'lookup', 'immediate'] as const;
/** `spare`: what can be done without, fresh prices. `ordinary`: LIMIT and STOP orders, polls. `lookup`: what settles an order of unknown state. `immediate`: MARKET, cancels. */
export type Level = (typeof levels)[number];

export type LimitKind = 'orders' | 'weight' | 'swaps';

/**
 * Shares of the exchange's limit. The tenth above it all is for the difference of clocks, for what other programs send
 * with the same key or from the same address until the exchange's count tells of it, and for requests that are late.
 * market-data reads from the same address and takes nothing from the budget: a twentieth of the weight is its own.
 */
const shares: Record<LimitKind, Record<Level, number>> = {
  orders: { spare: 0.72, ordinary: 0.72, lookup: 0.72, immediate: 0.9 },
  weight: { spare: 0.4, ordinary: 0.6, lookup: 0.75, immediate: 0.85 },
  // Half of the order rate, whoever begins it; counted apart because a swap also costs a place in the queue.
  swaps: { spare: 0.5, ordinary: 0.5, lookup: 0.5, immediate: 0.5 },
};

/** How far a window may be filled at a level; of a limit of one a second (KIS on paper) everyone may have that one. */
export function ceilingOf(kind: LimitKind, limit: number, level: Level): number {
  return Math.max(1, Math.floor(limit * shares[kind][level]));
}

/** Of a window longer than this a process that dies would waste what it holds for too long. */
const SHORT_MS = 60_000;
const MOST_OF_LONG = 100;

/** What a process takes at once beyond its need, so that it need not ask for each order; at most few per cent are idle. */
export function chunkOf(limit: number, windowMs: number): number {
  const share = Math.max(1, Math.floor(limit / 20));
  return windowMs > SHORT_MS ? Math.min(share, MOST_OF_LONG) : share;
}

import type { AccountConfig } from '../configuration/configuration.ts';

/** Where the configuration states no limit, no pair gets more than this of one class at once. */
const DEFAULT_DEPTH = 200;

/**
 * How many waiting orders of one class a plan of a pair can take at most. The exchange's own limit may be lower; a few
 * rows too many cost less than asking for it first.
 */
export function planDepth(account: AccountConfig | undefined): number {
  return Math.max(1, account?.maxOpenOrders ?? DEFAULT_DEPTH);
}

import type { AccountConfig } from '../configuration/configuration.ts';
import type { PairFacts } from '../db/read-pair-facts.ts';

/** Where neither the configuration nor the exchange states a limit, no pair gets more than this of one class at once. */
const DEFAULT_DEPTH = 200;

/** How many waiting orders of one class a plan of these pairs can take at most. */
export function planDepth(account: AccountConfig | undefined, facts: PairFacts[]): number {
  const stated = facts.map((f) => Math.min(account?.maxOpenOrders ?? DEFAULT_DEPTH, f.exchangeOpen ?? DEFAULT_DEPTH));
  return Math.max(1, ...stated);
}

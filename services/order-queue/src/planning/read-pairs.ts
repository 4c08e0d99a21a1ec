import type { Tx } from '@sluice/service-runtime';
import { type Configuration, heldLinks } from '../configuration/configuration.ts';
import { type PairFacts, readPairFacts } from '../db/read-pair-facts.ts';
import { readPairOrders } from '../db/read-pair-orders.ts';
import type { Pair } from '../orders/order.ts';
import { planDepth } from './plan-depth.ts';
import { WorkingSet } from './working-set.ts';

/**
 * All that a plan of some pairs of one account reads, in one round trip. Their locks are held. `alsoIds` are read
 * whatever their state.
 */
export async function readPairs(
  tx: Tx,
  pairs: Pair[],
  of: { configuration: Configuration; account: string; alsoIds: number[]; now: number; lock?: false },
): Promise<{ facts: PairFacts[]; working: WorkingSet }> {
  const { configuration, account, alsoIds, now, ...lock } = of;
  const accountConfig = configuration.accounts.get(account);
  const venues = pairs.map(() => accountConfig?.venue ?? '');
  const held = heldLinks(configuration, account);
  const [facts, orders] = await Promise.all([
    readPairFacts(tx, pairs, venues, now),
    readPairOrders(tx, pairs, { depth: planDepth(accountConfig), alsoIds, held, now, ...lock }),
  ]);
  return { facts, working: new WorkingSet(orders) };
}

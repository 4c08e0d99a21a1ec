import type { Tx } from '@sluice/service-runtime';
import type { Pair } from '../orders/order.ts';

/** Sorted and without repeats: every transaction takes pair locks in this one order, so none waits in a circle. */
export function sortedPairs(pairs: Pair[]): Pair[] {
  const unique = new Map(pairs.map((pair) => [`${pair.account}\n${pair.symbol}`, pair]));
  return [...unique.keys()].sort().map((key) => unique.get(key)!);
}

/** What the locks of some pairs are named after, in the order they are taken. */
export function pairNames(pairs: Pair[]): string[] {
  return sortedPairs(pairs).map((pair) => `${pair.account}\n${pair.symbol}`);
}

/**
 * Takes the advisory lock of each pair until the transaction ends. Planning for one (account, symbol) is serial across
 * all replicas by this. Waits at most the transaction's `lock_timeout` (55P03 after it).
 */
export async function lockPairs(tx: Tx, pairs: Pair[]): Promise<void> {
  if (pairs.length === 0) return;
  const names = pairNames(pairs);
  await tx`select pg_advisory_xact_lock(hashtextextended(name, 71)) from unnest(${names}::text[]) name`;
}

/** Ends a wait for a lock of this transaction with 55P03. */
export async function limitLockWaits(tx: Tx, time: '1s' | '5s'): Promise<void> {
  await tx`select set_config('lock_timeout', ${time}, true)`;
}

/** Takes the locks that are free now and answers which those are; a busy pair is left to whoever holds it. */
export async function tryLockPairs(tx: Tx, pairs: Pair[]): Promise<Pair[]> {
  const sorted = sortedPairs(pairs);
  const names = pairNames(pairs);
  const rows = await tx<{ taken: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended(name, 71)) as taken
    from unnest(${names}::text[]) with ordinality n(name, place) order by place`;
  return sorted.filter((_, place) => rows[place]?.taken);
}

/** Serialises plans that add conditional orders to one account, where the exchange counts those over all symbols. */
export async function lockConditionalOrders(tx: Tx, account: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${account}, 72))`;
}

import type { JobFunction } from '@sluice/service-runtime';
import { readAccountsWithUnreadFills } from '../db/fills.ts';
import { readTrackedPairs } from '../db/tracking.ts';
import { noCounts, type PollDeps, pollAccount } from '../tracking/poll-account.ts';

/**
 * Reads the open orders of every pair we have orders in. Accounts are read side by side, so that one that hangs delays
 * no other. Behind the user streams it is the truth: what a stream has missed is found here.
 */
export function updateOpenOrders(deps: PollDeps): JobFunction {
  return async ({ signal }) => {
    const [pairs, unread] = await Promise.all([readTrackedPairs(deps.sql), readAccountsWithUnreadFills(deps.sql)]);
    const counts = noCounts();
    const byAccount = Map.groupBy(pairs, (pair) => pair.account);
    for (const account of unread) if (!byAccount.has(account)) byAccount.set(account, []);
    await Promise.all(
      [...byAccount].map(async ([account, ofAccount]) => await pollAccount(deps, account, ofAccount, counts, signal)),
    );
    return { changed: counts.changed + counts.missing + counts.fills > 0, counts };
  };
}

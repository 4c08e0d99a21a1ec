import { Decimal } from '@sluice/contracts';
import type { Sql } from '@sluice/service-runtime';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import { readUnallotted, writeAllotments } from '../db/allotments.ts';
import { allottedCapital } from '../orders/size-order.ts';
import type { Exchanges } from '../sending/exchanges.ts';

const log = getLogger('portfolio');

const TRY_AGAIN_MS = 10_000;

/**
 * Gives each strategy its share of an account's balance when it has none yet, or when the share was changed. Until then
 * its orders are refused with that reason. `run` never rejects: what fails is tried again every 10 s. Later changes of the balance are left to the capital rebalance.
 */
export function createAllotting(sql: Sql, exchanges: Exchanges): { run: () => Promise<void>; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function run(): Promise<void> {
    clearTimeout(timer);
    let failed = false;
    const links = await readUnallotted(sql).catch((error) => {
      failed = true;
      log.warn('what has to be allotted cannot be read yet', error);
      return [];
    });
    for (const [account, ofAccount] of Map.groupBy(links, (link) => link.account)) {
      try {
        const { total } = await (await exchanges.of(account)).balance();
        for (const link of ofAccount) {
          const share = new Decimal(link.share);
          const amount = allottedCapital({ capital: null, share, balance: new Decimal(total) })!.toFixed();
          const rule = link.old === null ? 'first' : 'share_changed';
          const stored = await writeAllotments(sql, [{ ...link, amount, rule, balance: total }]);
          if (stored.size === 0) continue;
          const { strategy, old } = link;
          log.info(
            'capital of %s on %s (%s): %s before, now %s, %s %% of %s',
            strategy,
            account,
            rule,
            old ?? 'none',
            amount,
            link.share,
            total,
          );
        }
      } catch (error) {
        failed = true;
        log.warn('the balance of %s cannot be read; its strategies get no capital until it can', account, error);
      }
    }
    if (failed && !stopped) timer = withoutJobContext(() => setTimeout(() => void run(), TRY_AGAIN_MS));
  }

  return {
    run,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

import type { JobFunction, Sql } from '@sluice/service-runtime';
import { captureContext } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { type Configuration, heldLinks } from '../configuration/configuration.ts';
import { tryLockPairs } from '../db/lock-pairs.ts';
import { readPairFacts } from '../db/read-pair-facts.ts';
import { readPairOrders } from '../db/read-pair-orders.ts';
import { clearDue, type DuePair, readDue } from '../db/rebalance-due.ts';
import { type Committed, planAndWrite } from '../planning/plan-and-write.ts';
import { planDepth } from '../planning/plan-depth.ts';
import type { SwapBudget } from '../planning/swap-budget.ts';
import { WorkingSet } from '../planning/working-set.ts';

/** Pairs per tick; what is left is still due at the next, a second later. */
const PAIRS_PER_TICK = 500;
const PAIRS_PER_TRANSACTION = 50;

export type RebalancerDeps = {
  sql: Sql;
  boss: PgBoss;
  replica: string;
  configuration: () => Configuration;
  swaps: SwapBudget;
  now: () => number;
  committed: (committed: Committed, began: number, pairs: number) => void;
  /** Checks backlog and memory, seldom; answers how many warnings began or ended. */
  watch: () => Promise<number>;
};

/**
 * The one-second tick: plans every pair that is due. It only works in the database, so no exchange can delay it, and
 * an idle tick is one index probe. A pair that someone else is planning stays due.
 */
export function queueRebalancer(deps: RebalancerDeps): JobFunction {
  return async ({ signal }) => {
    const due = await readDue(deps.sql, PAIRS_PER_TICK);
    let planned = 0;
    let sent = 0;
    let demoted = 0;
    for (const [account, pairs] of Map.groupBy(due, (pair) => pair.account)) {
      for (let at = 0; at < pairs.length && !signal.aborted; at += PAIRS_PER_TRANSACTION) {
        const began = deps.now();
        const result = await planDuePairs(deps, account, pairs.slice(at, at + PAIRS_PER_TRANSACTION));
        planned += result.pairs;
        sent += result.committed.sent;
        demoted += result.committed.demoted;
        deps.committed(result.committed, began, result.pairs);
      }
    }
    const warnings = await deps.watch();
    return { changed: sent + demoted + warnings > 0, counts: { due: due.length, planned, sent, demoted } };
  };
}

async function planDuePairs(
  deps: RebalancerDeps,
  account: string,
  due: DuePair[],
): Promise<{ pairs: number; committed: Committed }> {
  const configuration = deps.configuration();
  const accountConfig = configuration.accounts.get(account);
  const result = await deps.sql.begin(async (tx) => {
    await tx`select set_config('statement_timeout', '2s', true), set_config('lock_timeout', '1s', true)`;
    const free = await tryLockPairs(tx, due);
    const planned = due.filter((pair) => free.some((f) => f.symbol === pair.symbol));
    if (planned.length === 0)
      return { pairs: 0, committed: { tasks: [], answered: [], sent: 0, demoted: 0, notifications: [] } };
    const now = deps.now();
    const facts = await readPairFacts(
      tx,
      planned,
      planned.map(() => accountConfig?.venue ?? ''),
      now,
    );
    const working = new WorkingSet(
      await readPairOrders(tx, planned, {
        depth: planDepth(accountConfig, facts),
        alsoIds: [],
        held: heldLinks(configuration, account),
        now,
      }),
    );
    // Before the plan makes pairs due anew: a row of the version planned here goes, a later one stays.
    await clearDue(tx, planned);
    const committed = await planAndWrite(
      tx,
      working,
      facts,
      { configuration, replica: deps.replica, now, swaps: deps.swaps, causeOf: () => null, by: 'QUEUE_REBAL' },
      { boss: deps.boss, carrier: captureContext(), notifications: [], due: [], alerts: [] },
    );
    return { pairs: planned.length, committed };
  });
  return result as { pairs: number; committed: Committed };
}

import type { Sql } from '@sluice/service-runtime';
import { captureContext, getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import type { SendRoom } from '../budget/send-room.ts';
import { forgetClosedVenues } from '../db/closed-venues.ts';
import {
  liftPauses,
  makeCrowdedPairsDue,
  makeWaitingPairsDue,
  readRemovedWaiting,
} from '../db/configuration-effects.ts';
import { lockPairs } from '../db/lock-pairs.ts';
import type { Pair } from '../orders/order.ts';
import { type Committed, planAndWrite } from '../planning/plan-and-write.ts';
import { readPairs } from '../planning/read-pairs.ts';
import type { SwapBudget } from '../planning/swap-budget.ts';
import { reportPlan } from '../watching/report-plan.ts';
import type { Configuration } from './configuration.ts';

const log = getLogger('configuration');

export type FollowDeps = {
  sql: Sql;
  boss: PgBoss;
  replica: string;
  swaps: SwapBudget;
  room: SendRoom;
  now: () => number;
  committed: (committed: Committed) => void;
};

/**
 * What a newly applied configuration means for orders that are there already: pauses are lifted, waiting pairs are
 * planned by the new limits, and what waits for a strategy that was taken out ends. Its live orders are left to their
 * end. Every replica may run it; whoever comes second finds nothing left to do.
 */
export async function followConfiguration(deps: FollowDeps, configuration: Configuration): Promise<void> {
  const lifted = await liftPauses(deps.sql, configuration.revision);
  if (lifted.length > 0) log.info('accounts %s may send again: the configuration was applied anew', lifted.join(', '));
  await forgetClosedVenues(deps.sql);
  await makeWaitingPairsDue(deps.sql);
  await makeCrowdedPairsDue(deps.sql);
  for (const pair of await readRemovedWaiting(deps.sql)) deps.committed(await endWaiting(deps, configuration, pair));
}

async function endWaiting(
  deps: FollowDeps,
  configuration: Configuration,
  pair: Pair & { ids: number[] },
): Promise<Committed> {
  const began = deps.now();
  let lockWaitMs = 0;
  const committed = (await deps.sql.begin(async (tx) => {
    await lockPairs(tx, [pair]);
    const now = deps.now();
    lockWaitMs = now - began;
    const { facts, working } = await readPairs(tx, [pair], {
      configuration,
      account: pair.account,
      alsoIds: pair.ids,
      now,
    });
    for (const id of pair.ids) {
      const order = working.get(id);
      if (order?.status !== 'pending' || order.wanted === 'gone') continue;
      order.wanted = 'gone';
      working.note(order, 'cancel_wanted', null, { why: 'its strategy was taken out of the configuration' });
    }
    return await planAndWrite(
      tx,
      working,
      facts,
      {
        configuration,
        replica: deps.replica,
        now,
        swaps: deps.swaps,
        room: deps.room,
        causeOf: () => null,
        by: 'configuration',
      },
      { boss: deps.boss, carrier: captureContext(), notifications: [], due: [], alerts: [] },
    );
  })) as Committed;
  const durationMs = deps.now() - began;
  reportPlan({ trigger: 'configuration', account: pair.account, pairs: 1, committed, durationMs, lockWaitMs });
  return committed;
}

import { isConnectionError, type JobFunction, type Sql } from '@sluice/service-runtime';
import { captureContext, getLogger, inSpan } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import type { SendRoom } from '../budget/send-room.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { tryLockPairs } from '../db/lock-pairs.ts';
import { readQueueDepth } from '../db/queue-depth.ts';
import { type DuePair, deferDue, readDue } from '../db/rebalance-due.ts';
import { type Committed, nothingCommitted, planAndWrite } from '../planning/plan-and-write.ts';
import { readPairs } from '../planning/read-pairs.ts';
import type { SwapBudget } from '../planning/swap-budget.ts';
import { activeAccounts } from '../watching/queue-depth.ts';
import { reportPlan } from '../watching/report-plan.ts';

const log = getLogger('queue_rebalancer');

/** Pairs per tick; what is left is still due at the next, a second later. */
const PAIRS_PER_TICK = 500;
/**
 * An alert waits a second, twice, for its pair before its orders fail. Fifty pairs with 200 live and 600 waiting orders
 * each were held for 1.1 to 2.4 s.
 */
const PAIRS_PER_TRANSACTION = 10;
/** Most pairs have a slot or two to give; what a plan cannot send for want of room is due again at once. */
const ORDERS_PER_PAIR = 5;
/** A pair that cannot be planned is tried again this often; it is due for longest and would else be first every second. */
const TRY_AGAIN_MS = 30_000;

export type RebalancerDeps = {
  sql: Sql;
  boss: PgBoss;
  replica: string;
  configuration: () => Configuration;
  swaps: SwapBudget;
  room: SendRoom;
  now: () => number;
  committed: (committed: Committed, durationMs: number, pairs: number) => void;
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
    const failures: unknown[] = [];
    const plan = async (account: string, pairs: DuePair[]) => {
      const began = deps.now();
      const result = await inSpan('plan', { account, trigger: 'tick' }, () => planDuePairs(deps, account, pairs));
      planned += result.pairs;
      sent += result.committed.sent;
      demoted += result.committed.demoted;
      const durationMs = deps.now() - began;
      deps.committed(result.committed, durationMs, result.pairs);
      // A pair that is locked is left to whoever holds it, so nothing waits.
      if (result.pairs > 0) reportPlan({ trigger: 'tick', account, ...result, durationMs, lockWaitMs: 0 });
    };
    for (const [account, pairs] of Map.groupBy(due, (pair) => pair.account)) {
      for (let at = 0; at < pairs.length && !signal.aborted; at += PAIRS_PER_TRANSACTION) {
        const together = pairs.slice(at, at + PAIRS_PER_TRANSACTION);
        try {
          await plan(account, together);
        } catch (error) {
          // Without a database nothing else would do better.
          if (isConnectionError(error)) throw error;
          failures.push(...(await planApart(deps, together, error, signal, (pair) => plan(account, [pair]))));
        }
      }
    }
    const warnings = await deps.watch();
    if (failures.length > 0) throw failures[0];
    const summary = `${planned} pairs planned, ${sent} orders to send, ${demoted} to swap out`;
    return { changed: sent + demoted + warnings > 0, counts: { due: due.length, planned, sent, demoted }, summary };
  };
}

/** The tick with what it says of the queue every five minutes. */
export function queueRebalancerHandler(deps: RebalancerDeps) {
  const facts = async () => {
    const { open, pending, due } = await readQueueDepth(deps.sql);
    const accounts = activeAccounts(deps.configuration());
    const text = `${accounts} active accounts, ${due} due pairs, ${open} orders open, ${pending} pending`;
    return { text, counts: { accounts, due, open, pending } };
  };
  return { run: queueRebalancer(deps), facts };
}

/** One pair that cannot be planned must not keep the others waiting. Answers why those that still fail do. */
async function planApart(
  deps: RebalancerDeps,
  pairs: DuePair[],
  error: unknown,
  signal: AbortSignal,
  plan: (pair: DuePair) => Promise<void>,
): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const pair of pairs) {
    if (signal.aborted) break;
    try {
      if (pairs.length === 1) throw error;
      await plan(pair);
    } catch (reason) {
      if (isConnectionError(reason)) throw reason;
      failures.push(reason);
      log.error(
        '%s %s cannot be planned; trying again in %d s',
        pair.account,
        pair.symbol,
        TRY_AGAIN_MS / 1_000,
        reason,
      );
      await deferDue(deps.sql, pair, TRY_AGAIN_MS);
    }
  }
  return failures;
}

async function planDuePairs(
  deps: RebalancerDeps,
  account: string,
  due: DuePair[],
): Promise<{ pairs: number; committed: Committed }> {
  const configuration = deps.configuration();
  await deps.room.prepare(account, ORDERS_PER_PAIR * due.length);
  const result = await deps.sql.begin(async (tx) => {
    await tx`select set_config('statement_timeout', '2s', true), set_config('lock_timeout', '1s', true)`;
    const free = await tryLockPairs(tx, due);
    const planned = due.filter((pair) => free.some((f) => f.symbol === pair.symbol));
    if (planned.length === 0) return { pairs: 0, committed: nothingCommitted };
    const now = deps.now();
    const { facts, working } = await readPairs(tx, planned, { configuration, account, alsoIds: [], now });
    const committed = await planAndWrite(
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
        by: 'QUEUE_REBAL',
      },
      { boss: deps.boss, carrier: captureContext(), notifications: [], due: [], settles: planned, alerts: [] },
    );
    return { pairs: planned.length, committed };
  });
  return result as { pairs: number; committed: Committed };
}

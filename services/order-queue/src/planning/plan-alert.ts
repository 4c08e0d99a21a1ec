import { alertOrders, queues } from '@sluice/contracts';
import { bossDb, isConflict, isConnectionError, type Sql, sqlState, type Tx } from '@sluice/service-runtime';
import { captureContext, getLogger, inAlertSpan } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { answerCompletedAlerts } from '../answering/answer-completed-alerts.ts';
import type { SendRoom } from '../budget/send-room.ts';
import type { Configuration } from '../configuration/configuration.ts';
import {
  type AlertToPlan,
  advanceCursor,
  insertCancelRequests,
  insertDeniedOrders,
  lockCursorAndPairs,
  type NextAlert,
  readNextAlert,
} from '../db/alert-intake.ts';
import { endWaitingOrders, readOrdersToCancel, readReferencedOrders } from '../db/cancel-targets.ts';
import { drawOrderIds } from '../db/insert-entries.ts';
import { limitLockWaits, lockPairs, sortedPairs } from '../db/lock-pairs.ts';
import { HaltsUnknown } from '../halting/halt-watch.ts';
import type { Pair } from '../orders/order.ts';
import { applyCancels, type CancelTarget, isByReference, isCancel, referencedTarget } from './cancel-targets.ts';
import { deniedMessage, verdictMessage } from './failure-messages.ts';
import { newOrder } from './new-order.ts';
import { type Committed, nothingCommitted, planAndWrite } from './plan-and-write.ts';
import { readPairs } from './read-pairs.ts';
import type { DeniedOrder, SizedOrder } from './size-alert.ts';
import type { SwapBudget } from './swap-budget.ts';

const log = getLogger('planning');

export type PlanAlertDeps = {
  sql: Sql;
  boss: PgBoss;
  replica: string;
  configuration: () => Configuration;
  /** Sizes an alert's placeable orders for one account; may ask the exchange for a price, so outside the transaction. */
  size: (alert: AlertToPlan, account: string) => Promise<{ sized: SizedOrder[]; denied: DeniedOrder[] }>;
  swaps: SwapBudget;
  room: SendRoom;
  now: () => number;
};

type PlannedAlert = {
  /** `failed`: every order of the account is failed and the verdict stored. */
  kind: 'planned' | 'failed';
  alertId: string;
  strategy: string;
  account: string;
  committed: Committed;
  pairs: number;
  durationMs: number;
  lockWaitMs: number;
  /** Why it failed. */
  reason?: string;
};
/** Another process plans here, or has just done so: look again. */
type Busy = { kind: 'busy' };

export type AlertPlanned =
  /** `more`: another alert waits behind it. */
  | (PlannedAlert & { more: boolean })
  /** No alert waits here. */
  | { kind: 'none' }
  | Busy;

/** The server's own trouble (shutdown, disk, memory) is no verdict on the alert. */
const NO_VERDICT = /^(53|57|58)/;

/**
 * Plans the next alert of a strategy on one account in one transaction. A failure while planning leaves nothing behind
 * for the account; it is tried once more where that can help and is then stored as the verdict, so that no redelivery
 * executes later what was answered as failed. Throws when the store does not answer: that is no verdict, the alert
 * stays next in line.
 */
export async function planNextAlert(deps: PlanAlertDeps, strategy: string, account: string): Promise<AlertPlanned> {
  const { next: alert, more } = await readNextAlert(deps.sql, strategy, account);
  if (alert === undefined) return { kind: 'none' };
  const planned = await inAlertSpan(alert.id, 'plan', { strategy, account }, () => planOrFail(deps, alert, account));
  return planned.kind === 'busy' ? planned : { ...planned, more };
}

async function planOrFail(deps: PlanAlertDeps, alert: NextAlert, account: string): Promise<PlannedAlert | Busy> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await planOne(deps, readable(alert), account);
    } catch (error) {
      const state = sqlState(error);
      if (isConnectionError(error) || (state !== undefined && NO_VERDICT.test(state))) throw error;
      // A store that answers late is no verdict either.
      if (error instanceof HaltsUnknown) throw error;
      if (isConflict(error) && attempt === 1) continue;
      log.error('alert %s could not be planned for account %s: its orders there have failed', alert.id, account, error);
      return await storeVerdict(deps, alert, account, error instanceof Error ? error.message : String(error));
    }
  }
}

/** Throws with the first place that is not as the gateway writes it: that is a verdict on this alert alone. */
function readable(alert: NextAlert): AlertToPlan {
  const { data: orders, error } = alertOrders.safeParse(alert.orders);
  if (orders !== undefined) return { ...alert, orders };
  const { path = [], message = '' } = error.issues[0] ?? {};
  throw new Error(`the stored orders cannot be read: ${['orders', ...path].join('.')}: ${message}`);
}

async function planOne(deps: PlanAlertDeps, alert: AlertToPlan, account: string): Promise<PlannedAlert | Busy> {
  const began = deps.now();
  const { sized, denied } = await deps.size(alert, account);
  const configuration = deps.configuration();
  const accountConfig = configuration.accounts.get(account);
  const strategyConfig = configuration.strategies.get(alert.strategy);

  const cancels = alert.orders.filter(isCancel);
  await deps.room.prepare(account, sized.length + cancels.length);
  const references = cancels.filter(isByReference);
  const bySymbol = cancels.filter((order) => !isByReference(order));
  const named = [...sized.map(({ order }) => order), ...bySymbol].map((order) => ({ account, symbol: order.symbol! }));

  const planned = await deps.sql.begin(async (tx): Promise<PlannedAlert | Busy> => {
    // All pairs are locked together, in order, so those of referenced orders have to be known first.
    const atOnce = references.length === 0 ? named : [];
    const asked = deps.now();
    if (!(await lockForPlan(tx, alert, account, atOnce))) return { kind: 'busy' };
    const byReference = await referencedTargets(tx, alert, account, references);
    const referenced = byReference.flatMap(({ symbol }) => (symbol === null ? [] : [{ account, symbol }]));
    const pairs = sortedPairs([...named, ...referenced]);
    if (references.length > 0) await lockPairs(tx, pairs);
    const now = deps.now();
    const lockWaitMs = now - asked;
    const scope = {
      strategy: alert.strategy,
      account,
      before: alert.arrival,
      cancels: bySymbol.map((order) => ({ symbol: order.symbol!, side: order.side })),
    };
    // In this order, in one round trip: what waits has ended by the time the rest is read.
    const [ended, matched] = await Promise.all([endWaitingOrders(tx, scope, alert.id), readOrdersToCancel(tx, scope)]);
    const targets: CancelTarget[] = [
      ...byReference,
      ...bySymbol.map((order, place) => ({
        order,
        symbol: order.symbol,
        ids: [...ended[place]!, ...matched[place]!],
        error: null,
      })),
    ];
    const [ids, { facts, working }] = await Promise.all([
      drawOrderIds(tx, sized.length),
      readPairs(tx, pairs, {
        configuration,
        account,
        alsoIds: [...byReference.flatMap(({ ids }) => ids), ...matched.flat()],
        now,
      }),
    ]);
    applyCancels(working, targets, alert.id);
    sized.forEach((order, place) => {
      working.add(newOrder(ids[place]!, order, alert, accountConfig!, strategyConfig!), alert.id);
    });

    const deniedRows = denied.map(({ order, failureType, message, opening }) => ({
      alertId: alert.id,
      strategy: alert.strategy,
      account,
      orderIndex: order.orderIndex,
      symbol: order.symbol,
      failureType,
      message,
      opening,
    }));
    const cursor = { alertId: alert.id, arrival: alert.arrival, strategy: alert.strategy, account, verdict: null };
    const requests = targets.map((target) => cancelRequest(alert, account, target));
    // In one round trip with what the plan writes, and before it: the alert's answer is composed of these rows, too.
    const [, , , committed] = await Promise.all([
      advanceCursor(tx, cursor),
      insertDeniedOrders(tx, deniedRows),
      insertCancelRequests(tx, requests),
      planAndWrite(
        tx,
        working,
        facts,
        {
          configuration,
          replica: deps.replica,
          now,
          swaps: deps.swaps,
          room: deps.room,
          causeOf: () => alert.id,
          by: alert.id,
        },
        {
          boss: deps.boss,
          carrier: captureContext(),
          notifications: deniedRows.flatMap((row) => deniedMessage(row, now)),
          due: [],
          alerts: [alert.id],
        },
      ),
    ]);
    return {
      kind: 'planned',
      alertId: alert.id,
      strategy: alert.strategy,
      account,
      committed,
      pairs: pairs.length,
      durationMs: deps.now() - began,
      lockWaitMs,
    };
  });
  return planned as PlannedAlert | Busy;
}

async function storeVerdict(
  deps: PlanAlertDeps,
  alert: NextAlert,
  account: string,
  reason: string,
): Promise<PlannedAlert | Busy> {
  const stored = await deps.sql.begin(async (tx): Promise<PlannedAlert | Busy> => {
    if (!(await lockForPlan(tx, alert, account, []))) return { kind: 'busy' };
    const { strategy, arrival, id: alertId } = alert;
    await advanceCursor(tx, { alertId, arrival, strategy, account, verdict: reason });
    const message = verdictMessage({ alertId, strategy, account, reason }, deps.now());
    await deps.boss.insert(queues.notify, [{ data: message }], { db: bossDb(tx) });
    const answered = await answerCompletedAlerts(tx, [alertId], deps.configuration());
    const committed = { ...nothingCommitted, answered, notifications: [message] };
    return { kind: 'failed', alertId, strategy, account, committed, pairs: 0, durationMs: 0, lockWaitMs: 0, reason };
  });
  return stored as PlannedAlert | Busy;
}

/** False when another process plans here now, or has planned this alert. Locks are waited for a second at most. */
async function lockForPlan(tx: Tx, alert: NextAlert, account: string, pairs: Pair[]): Promise<boolean> {
  const { strategy, arrival } = alert;
  const [, mine] = await Promise.all([
    limitLockWaits(tx, '1s'),
    lockCursorAndPairs(tx, { strategy, account, arrival, pairs }),
  ]);
  return mine;
}

async function referencedTargets(tx: Tx, alert: AlertToPlan, account: string, cancels: AlertToPlan['orders']) {
  const references = cancels.map((order) => order.orderId!);
  const matches = await readReferencedOrders(tx, alert.strategy, references);
  return cancels.map((order) =>
    referencedTarget(
      order,
      account,
      matches.filter((match) => match.reference === order.orderId),
    ),
  );
}

function cancelRequest(alert: AlertToPlan, account: string, { order, ids, error }: CancelTarget) {
  return {
    alertId: alert.id,
    account,
    orderIndex: order.orderIndex,
    symbol: order.symbol,
    side: order.side,
    orderRef: order.orderId,
    orderIds: ids,
    error,
  };
}

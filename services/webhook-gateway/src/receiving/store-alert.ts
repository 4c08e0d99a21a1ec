import { type Notification, planAlertMessage, queues } from '@sluice/contracts';
import { bossDb, isConnectionError, type Sql, sqlState } from '@sluice/service-runtime';
import type { PgBoss } from 'pg-boss';
import { type AlertToStore, findTaken, type Taken, takeAlert } from '../db/take-alert.ts';
import { beforeDeadline, StoreAwayError } from './deadline.ts';

/** When the store has to have answered, and until when the fate of a commit may be asked for. performance.now(). */
export type StoreDeadlines = { storeBy: number; lookUpBy: number };

const betweenLookUpsMs = 100;
/** Statement and lock timeout, and our own silence inside the transaction: nothing was committed, and all may be well. */
const tooSlow = new Set(['57014', '55P03', '25P03']);

/**
 * Stores the alert and enqueues its planning in one transaction. Throws StoreAwayError, with no effect, when the store
 * does not answer in time.
 */
export async function storeAlert(
  { sql, boss }: { sql: Sql; boss: PgBoss },
  alert: AlertToStore,
  { storeBy, lookUpBy }: StoreDeadlines,
): Promise<Taken> {
  let givenUp = false;
  let commitSent = false;
  const transaction = sql.begin(async (tx) => {
    const taken = await takeAlert(tx, alert);
    if (taken.outcome === 'taken') {
      const message = planAlertMessage.parse({ alertId: alert.id, strategy: alert.strategy });
      await boss.send(queues.planAlert, message, { db: bossDb(tx) });
    } else if (taken.outcome === 'duplicate') {
      await boss.send(queues.notify, duplicateNotice(alert, taken.original), { db: bossDb(tx) });
    }
    // After the caller was told that nothing happened, nothing may: this is the last moment to stop it.
    if (givenUp) throw new StoreAwayError('the caller is gone');
    commitSent = true;
    return taken;
  });
  try {
    return (await beforeDeadline(transaction, storeBy)) as Taken;
  } catch (error) {
    givenUp = true;
    if (!isAway(error)) throw error;
    const found = commitSent ? await lookUp(sql, alert, lookUpBy) : null;
    if (found !== null) return found;
    throw new StoreAwayError('the store did not take the alert', { cause: error });
  }
}

/**
 * The fate of a commit whose answer was lost. What cannot be found out in time counts as not stored: if it was, the
 * sender's next try is a resend of it and gets its result.
 */
async function lookUp(sql: Sql, alert: AlertToStore, lookUpBy: number): Promise<Taken | null> {
  while (performance.now() < lookUpBy) {
    try {
      return await beforeDeadline(findTaken(sql, alert.id, alert.strategy), lookUpBy);
    } catch (error) {
      if (!isAway(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, betweenLookUpsMs));
    }
  }
  return null;
}

function isAway(error: unknown): boolean {
  return error instanceof StoreAwayError || isConnectionError(error) || tooSlow.has(sqlState(error) ?? '');
}

function duplicateNotice(alert: AlertToStore, original: string): Notification {
  return {
    kind: 'alert_duplicate',
    key: `alert_duplicate:${alert.strategy}:${original}`,
    at: new Date().toISOString(),
    strategy: alert.strategy,
    alertId: alert.id,
    duplicateOf: original,
  };
}

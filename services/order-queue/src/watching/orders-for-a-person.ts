import { inWords, type Notification, queues, type Saying } from '@sluice/contracts';
import type { Sql } from '@sluice/service-runtime';
import { bossDb } from '@sluice/service-runtime';
import type { PgBoss } from 'pg-boss';
import type { WaitingForPerson } from '../db/handed-over.ts';
import type { StaleOrder } from '../db/stale.ts';

/**
 * An exchange that was away is back by then, or is going to be away for long: what has been without an outcome for a
 * quarter of an hour may be live, filled or nothing, and the person whose money it is should look.
 */
const PERSON_SECONDS = 900;
/** Each order is told of once a day. */
export const TELL_AGAIN_SECONDS = 86_400;

type Deps = { sql: Sql; boss: PgBoss; now: () => number };

/** Has the owners told of orders whose outcome has not been found out for too long. We go on looking them up. */
export async function handToPerson(deps: Deps, stale: readonly StaleOrder[]): Promise<void> {
  for (const order of stale) {
    if (order.seconds < PERSON_SECONDS) continue;
    await tell(deps, order, { code: 'no_outcome', state: order.status, minutes: Math.round(order.seconds / 60) });
  }
}

/** Asks again after orders that only a person can tell of, and that hold their place until somebody has. */
export async function askAgain(deps: Deps, waiting: readonly WaitingForPerson[]): Promise<void> {
  for (const order of waiting) {
    await tell(deps, order, {
      code: 'asked_before',
      order: order.orderId,
      hours: Math.round(order.seconds / 3_600),
    });
  }
}

async function tell({ sql, boss, now }: Deps, order: WaitingForPerson, said: Saying): Promise<void> {
  const { orderId, strategy, account, symbol } = order;
  const message: Notification = {
    kind: 'order_needs_person',
    key: `order:${orderId}`,
    at: new Date(now()).toISOString(),
    strategy,
    account,
    symbol,
    orderId,
    ...inWords(said),
  };
  const once = { singletonKey: `order_needs_person:${orderId}`, singletonSeconds: TELL_AGAIN_SECONDS };
  await boss.send(queues.notify, message, { db: bossDb(sql), ...once });
}

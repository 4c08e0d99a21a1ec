import { inWords, type Notification, queues } from '@sluice/contracts';
import type { Sql } from '@sluice/service-runtime';
import { bossDb } from '@sluice/service-runtime';
import type { PgBoss } from 'pg-boss';
import type { StaleOrder } from '../db/stale.ts';

/**
 * An exchange that was away is back by then, or is going to be away for long: what has been without an outcome for a
 * quarter of an hour may be live, filled or nothing, and the person whose money it is should look.
 */
const PERSON_SECONDS = 900;
/** Each order is told of once a day. */
const TELL_AGAIN_SECONDS = 86_400;

/** Has the owners told of orders whose outcome has not been found out for too long. We go on looking them up. */
export async function handToPerson(
  { sql, boss, now }: { sql: Sql; boss: PgBoss; now: () => number },
  stale: readonly StaleOrder[],
): Promise<void> {
  for (const { orderId, strategy, account, symbol, status, seconds } of stale) {
    if (seconds < PERSON_SECONDS) continue;
    const message: Notification = {
      kind: 'order_needs_person',
      key: `order:${orderId}`,
      at: new Date(now()).toISOString(),
      strategy,
      account,
      symbol,
      orderId,
      ...inWords({ code: 'no_outcome', state: status, minutes: Math.round(seconds / 60) }),
    };
    const once = { singletonKey: `order_needs_person:${orderId}`, singletonSeconds: TELL_AGAIN_SECONDS };
    await boss.send(queues.notify, message, { db: bossDb(sql), ...once });
  }
}

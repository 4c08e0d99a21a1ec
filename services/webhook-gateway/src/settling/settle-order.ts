import { randomBytes } from 'node:crypto';
import { queues, type SettleMessage, type SettleReply } from '@sluice/contracts';
import { bossDb, type Sql, type Waiter } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { readAttemptOf } from '../db/read-attempt-of.ts';
import { takeSettleReply } from '../db/take-settle-reply.ts';
import type { SettleRequest } from './read-settle-request.ts';

export type SettleDeps = { sql: Sql; boss: PgBoss; settleReplies: Waiter };

/** order-queue may have to ask the exchange first, which answers within ten seconds or not at all. */
const replyWithinMs = 14_000;

const log = getLogger('settling');

/** Passes on what a person says of an order, and answers what became of it; null where nobody has said so in time. */
export async function settleOrder(
  deps: SettleDeps,
  orderId: number,
  asked: SettleRequest,
): Promise<SettleReply | null> {
  const id = randomBytes(16).toString('hex');
  try {
    const message: SettleMessage = { id, orderId, attempt: await readAttemptOf(deps.sql, orderId), ...asked };
    const reply = deps.settleReplies.wait(id, {
      timeoutMs: replyWithinMs,
      look: async () => (await takeSettleReply(deps.sql, id)) ?? undefined,
    });
    const sent = deps.boss.send(queues.settleOrder, message, { db: bossDb(deps.sql) });
    const [, found] = await Promise.all([sent, reply]);
    return found ?? null;
  } catch (error) {
    log.warn('whether order %d was settled is not known', orderId, error);
    return null;
  }
}

import { randomBytes } from 'node:crypto';
import { type HaltMessage, type HaltReply, queues } from '@sluice/contracts';
import { bossDb, type Sql, type Waiter } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { readHaltSubjects } from '../db/read-halt-subjects.ts';
import { takeHaltReply } from '../db/take-halt-reply.ts';
import { beforeDeadline } from '../receiving/deadline.ts';
import type { HaltRequest } from './read-halt-request.ts';

export type HaltDeps = { sql: Sql; boss: PgBoss; haltReplies: Waiter };

export type HaltOutcome =
  /** In force in every process; `reply` is all that sends nothing new now. */
  | { kind: 'in_force'; reply: HaltReply }
  | { kind: 'unknown'; known: string[] }
  /** Nothing was stored and nothing will happen. */
  | { kind: 'not_taken' }
  /** Handed to the store, and carried out as soon as an order-queue runs; none has said so in time. */
  | { kind: 'unconfirmed' };

const storeWithinMs = 1_500;
/** order-queue answers 0.8 s after its commit; a person waits longer for certainty than a sender of alerts. */
const replyWithinMs = 5_000;

const log = getLogger('halting');

/** Asks order-queue to halt or resume and waits until that is in force. */
export async function changeHalt(deps: HaltDeps, halted: boolean, asked: HaltRequest): Promise<HaltOutcome> {
  let request: number;
  try {
    const subjects = await beforeDeadline(readHaltSubjects(deps.sql), performance.now() + storeWithinMs);
    const known = { all: [''], strategy: subjects.strategies, account: subjects.accounts }[asked.scope];
    if (!known.includes(asked.name)) return { kind: 'unknown', known };
    request = subjects.request;
  } catch (error) {
    log.warn('nothing was halted or resumed: the store does not answer', error);
    return { kind: 'not_taken' };
  }

  const id = randomBytes(16).toString('hex');
  const message: HaltMessage = { id, request, halted, ...asked };
  const reply = deps.haltReplies.wait(id, {
    timeoutMs: replyWithinMs,
    look: async () => (await takeHaltReply(deps.sql, id)) ?? undefined,
  });
  try {
    // From here on it may have happened whatever goes wrong: only the reply is proof.
    const sent = deps.boss.send(queues.halt, message, { db: bossDb(deps.sql) });
    sent.catch((error: unknown) => log.warn('a halt or resume may not have been stored', error));
    const found = await reply;
    if (found !== undefined) return { kind: 'in_force', reply: found };
  } catch (error) {
    log.warn('the reply to a halt or resume cannot be read', error);
  }
  return { kind: 'unconfirmed' };
}

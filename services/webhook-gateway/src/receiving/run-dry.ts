import { randomBytes } from 'node:crypto';
import { type DryRunAnswer, queues } from '@sluice/contracts';
import { bossDb, type Waiter } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { takeDryRunReply } from '../db/take-dry-run-reply.ts';
import type { FieldError } from '../intake/body-value.ts';
import { beforeDeadline } from './deadline.ts';
import { readRequest } from './read-request.ts';
import type { IncomingRequest, IntakeDeps } from './receive-alert.ts';

export type DryRunOutcome =
  | { kind: 'dry_run'; answer: DryRunAnswer & { warnings?: string[] } }
  | { kind: 'unreadable' | 'malformed' | 'unauthenticated'; errors: FieldError[] }
  | { kind: 'store_away'; reason: string };

const replyWithinMs = 2_500;
const sendWithinMs = 1_500;

const log = getLogger('dry-run');

/** What order-queue would do with an alert, asked by a message; no receipt, no arrival number, no dead letter. */
export async function runDry(
  deps: IntakeDeps & { dryRunReplies: Waiter },
  request: IncomingRequest,
): Promise<DryRunOutcome> {
  const away: DryRunOutcome = { kind: 'store_away', reason: 'the dry run got no reply; send it again' };
  const sendBy = request.startedAt + sendWithinMs;
  try {
    const read = await beforeDeadline(readRequest(deps.strategies, request.text, request.idempotencyKey), sendBy);
    if (read.kind !== 'valid') return { kind: read.kind, errors: read.errors };
    const id = randomBytes(16).toString('hex');
    const reply = deps.dryRunReplies.wait(id, {
      timeoutMs: request.startedAt + replyWithinMs - performance.now(),
      look: async () => (await takeDryRunReply(deps.sql, id)) ?? undefined,
    });
    // The send below may fail first, and then nobody awaits this one.
    reply.catch(() => {});
    const message = { id, strategy: read.strategy.name, orders: read.alert.orders };
    await beforeDeadline(deps.boss.send(queues.dryRun, message, { db: bossDb(deps.sql) }), sendBy);
    const answer = await reply;
    if (answer === undefined) return away;
    const { warnings } = read.alert;
    return { kind: 'dry_run', answer: warnings.length > 0 ? { ...answer, warnings } : answer };
  } catch (error) {
    log.warn('dry run without reply', error);
    return away;
  }
}

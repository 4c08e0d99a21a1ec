import type { PgBoss } from 'pg-boss';
import { jobQueueName } from './create-queues.ts';
import type { RunMessage } from './run-message.ts';

/**
 * Asks for a run of a job outside its schedule. Whoever takes it asks the job's `needsStart` first, so that asking too
 * often, or from every replica, costs next to nothing. While a run is under way the request is dropped: ask again.
 */
export async function requestRun(boss: PgBoss, jobId: string): Promise<void> {
  await boss.send(jobQueueName(jobId), { atStart: true } satisfies RunMessage);
}

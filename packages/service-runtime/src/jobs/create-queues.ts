import type { JobDefinition } from '@sluice/contracts';
import type { PgBoss, Queue } from 'pg-boss';
import { type MessageQueue, messageQueues } from './message-queues.ts';
import { periodSeconds } from './triggers.ts';

/** The queue a job's runs go through. */
export function jobQueueName(jobId: string): string {
  return `job.${jobId}`;
}

/**
 * Creates the queues of every job and every message, and brings those that exist to what is written here. Safe to run
 * again; a planned job gets none.
 */
export async function createQueues(
  boss: PgBoss,
  options: { catalogue: readonly JobDefinition[]; messages?: Record<string, MessageQueue> },
): Promise<void> {
  const wanted = new Map<string, MessageQueue>(Object.entries(options.messages ?? messageQueues));
  for (const job of options.catalogue) if (!job.planned) wanted.set(jobQueueName(job.id), jobQueue(job));
  for (const [name, queue] of wanted) await createQueue(boss, name, queue);
}

function jobQueue(job: JobDefinition): MessageQueue {
  // One run, waiting or active, in the whole cluster: the index that says so is in the database.
  return { policy: 'exclusive', notify: true, ...jobOptions(job) };
}

/**
 * How long a run is kept. Sent along with each run too, since the queue was made for the catalogue's period and an
 * installation may have another.
 */
export function jobOptions(job: JobDefinition) {
  const period = periodSeconds(job.trigger);
  return {
    // The next tick is the retry.
    retryLimit: 0,
    expireInSeconds: job.expireInSeconds,
    // A run nobody took is worth nothing once the next ones are due.
    retentionSeconds: Math.max(60, period * 2),
    // Longer than the period: the finished row is what keeps a second run out of its slot.
    deleteAfterSeconds: Math.max(10, period * 3),
  };
}

async function createQueue(boss: PgBoss, name: string, queue: MessageQueue): Promise<void> {
  const existing = await boss.getQueue(name);
  if (existing === null) {
    await boss.createQueue(name, queue);
    return;
  }
  if (existing.policy !== queue.policy) {
    throw new Error(
      `queue ${name} has the policy ${existing.policy} and should have ${queue.policy}, which is fixed when it is ` +
        'made: delete the queue when it is empty, then migrate again',
    );
  }
  const { policy: _fixed, partition: _alsoFixed, ...changeable } = queue satisfies Omit<Queue, 'name'>;
  await boss.updateQueue(name, changeable);
}

import { type JobDefinition, periodSeconds } from '@sluice/contracts';
import type { PgBoss, Queue } from 'pg-boss';
import { type MessageQueue, messageQueues } from './message-queues.ts';

/** A run that nobody was up to begin for so long is skipped and counted as missed. */
export const LATEST_START_SECONDS = 60;

/** Whether a run that nobody was up for is made up for later, once: those of a day or more. */
export function isCaughtUp(job: JobDefinition): boolean {
  return periodSeconds(job.trigger) >= 86_400;
}

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
  for (const [name, queue] of queuesOf(options.catalogue, options.messages)) await createQueue(boss, name, queue);
}

/** Every queue there has to be, by name. */
export function queuesOf(
  catalogue: readonly JobDefinition[],
  messages: Record<string, MessageQueue> = messageQueues,
): Map<string, MessageQueue> {
  const queues = new Map(Object.entries(messages));
  for (const job of catalogue) if (!job.planned) queues.set(jobQueueName(job.id), jobQueue(job));
  return queues;
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
    // A run nobody took is worth nothing once the next ones are due; one of a day is made up for.
    retentionSeconds: isCaughtUp(job) ? period * 2 : LATEST_START_SECONDS,
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

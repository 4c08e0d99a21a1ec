import type { JobDefinition } from '@sluice/contracts';
import type { PgBoss } from 'pg-boss';
import { jobQueueName } from './create-queues.ts';

/** Removes the schedules of jobs that are gone from the catalogue, are planned only, or are no cron jobs any more. */
export async function removeStaleSchedules(boss: PgBoss, catalogue: readonly JobDefinition[]): Promise<void> {
  const wanted = new Set(
    catalogue.filter((job) => job.trigger.kind === 'cron' && !job.planned).map((job) => jobQueueName(job.id)),
  );
  const prefix = jobQueueName('');
  for (const schedule of await boss.getSchedules()) {
    if (schedule.name.startsWith(prefix) && !wanted.has(schedule.name)) {
      await boss.unschedule(schedule.name, schedule.key || undefined);
    }
  }
}

import type { JobDefinition } from '@sluice/contracts';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import { DatabaseClock } from '../jobs/database-clock.ts';
import { JobWorker, type RunMessage } from '../jobs/job-worker.ts';
import type { JobHandler } from '../jobs/run-job.ts';
import type { Sql } from '../postgres/connect-postgres.ts';

/** One job in one replica whose ticks come when the test says so, for whichever slot it names. */
export type DrivenReplica = {
  /** Runs the job as its worker does when the queue hands it this slot; rejects as a failed run does. */
  tick(slot: Date): Promise<void>;
  stop(): Promise<void>;
};

/** A worker without a queue: everything between a tick's message and its last log line is the real one. */
export async function startDrivenReplica(options: {
  job: JobDefinition;
  handler: JobHandler;
  sql: Sql;
  replica: string;
}): Promise<DrivenReplica> {
  const { job, handler, sql, replica } = options;
  const taken = Promise.withResolvers<(messages: JobWithMetadata<RunMessage>[]) => Promise<unknown>>();
  const boss = {
    work: async (_queue: string, _options: object, take: Awaited<typeof taken.promise>) => taken.resolve(take),
    offWork: async () => {},
    send: async () => null,
    schedule: async () => {},
    previewSchedule: () => [],
  } as unknown as PgBoss;
  const worker = new JobWorker(job, handler, { boss, sql, replica, timeZone: 'UTC' }, new DatabaseClock(sql));
  await worker.start();
  const take = await taken.promise;
  return {
    async tick(slot) {
      const { signal } = new AbortController();
      const message = { data: { slot: slot.toISOString() }, signal, createdOn: slot };
      await take([message as JobWithMetadata<RunMessage>]);
    },
    stop: () => worker.stop(1_000),
  };
}

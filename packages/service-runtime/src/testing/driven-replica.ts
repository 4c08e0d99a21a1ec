import { type JobDefinition, scheduleText } from '@sluice/contracts';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import { JobWorker } from '../jobs/job-worker.ts';
import type { JobHandler } from '../jobs/run-job.ts';
import type { RunMessage } from '../jobs/run-message.ts';
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
  } as unknown as PgBoss;
  const schedule = scheduleText({ trigger: job.trigger, timeZone: 'UTC' });
  const context = { boss, sql, replica, timeZone: 'UTC', follow: async () => {} };
  let now = Date.now();
  const worker = new JobWorker(job, handler, context, { now: () => now });
  await worker.start();
  const take = await taken.promise;
  return {
    async tick(slot) {
      now = slot.getTime();
      // In force since the first slot the test names, which may be long ago.
      await sql`
        insert into runtime.job_schedule (job_id, schedule, since) values (${job.id}, ${schedule}, ${slot})
        on conflict (job_id) do nothing`;
      const { signal } = new AbortController();
      const message = { data: { slot: slot.toISOString() }, signal, createdOn: slot };
      await take([message as JobWithMetadata<RunMessage>]);
    },
    stop: () => worker.stop(1_000),
  };
}

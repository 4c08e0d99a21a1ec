import type { PgBoss } from 'pg-boss';
import type { Sql } from '../postgres/connect-postgres.ts';
import { jobQueueName } from './create-queues.ts';

/**
 * A process beats every 2 s. One that misses three beats is taken for dead, as the queue takes the one-second tick from
 * one after 5 s; the bounds of other jobs are minutes, and a killed process must not hold its job that long.
 */
const SILENT_SECONDS = 6;

export type DeadRun = { id: string; queue: string; jobId: string; replica: string };

/** Takes runs from replicas that died in the middle of them, so that the next tick is not refused. */
export async function releaseDeadRuns(boss: PgBoss, sql: Sql, jobIds: readonly string[]): Promise<DeadRun[]> {
  const dead = await findDeadRuns(sql, jobIds);
  for (const { queue, id, replica } of dead) {
    await boss.fail(queue, id, { message: `its process ${replica} was killed, or was cut off from the database` });
  }
  return dead;
}

async function findDeadRuns(sql: Sql, jobIds: readonly string[]): Promise<DeadRun[]> {
  // Only the run that took the slot: a run that was asked for has no slot, and its taker may be anyone.
  return await sql<DeadRun[]>`
    select run.id, run.name as queue, tick.job_id as "jobId", tick.taken_by as replica
      from runtime.job_schedule tick
      join runtime.heartbeat beat on beat.replica = tick.taken_by
      join pgboss.job run on run.name = ${jobQueueName('')} || tick.job_id
     where tick.job_id = any (${[...jobIds]})
       and beat.beat_at < clock_timestamp() - make_interval(secs => ${SILENT_SECONDS})
       and run.state = 'active' and run.started_on <= tick.taken_at`;
}

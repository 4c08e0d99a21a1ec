import { type JobSchedule, slotsBetween } from '@sluice/contracts';
import type { Sql } from '../postgres/connect-postgres.ts';

export type SlotRequest = {
  jobId: string;
  /** The schedule the tick was sent under, as `scheduleText` says it. */
  schedule: string;
  slot: Date;
  replica: string;
};

export type TakenSlot = {
  /** When the schedule in force began. */
  since: Date;
  /** The last slot a run was recorded for. */
  lastRecorded: Date | null;
  /** The slot taken before this one, by whom and when. */
  lastTaken: Date | null;
  takenAt: Date | null;
  takenBy: string | null;
};

/**
 * Takes a slot for this replica. Undefined when it was given out before, when a later one was, or when the schedule it
 * belongs to is no longer in force.
 */
export async function takeSlot(
  sql: Sql,
  { jobId, schedule, slot, replica }: SlotRequest,
): Promise<TakenSlot | undefined> {
  // It does not wait for the disk: a slot forgotten in a crash is still held by its row in the queue.
  const [taken] = await sql<TakenSlot[]>`
    with setting as materialized (select set_config('synchronous_commit', 'off', true))
    update runtime.job_schedule as known
       set taken_slot = ${slot}, taken_at = clock_timestamp(), taken_by = ${replica}
      from setting
     where job_id = ${jobId} and schedule = ${schedule} and since <= ${slot}
       and (taken_slot is null or taken_slot < ${slot})
    returning since, old.taken_slot as "lastTaken", old.taken_at as "takenAt", old.taken_by as "takenBy",
      (select last_slot from runtime.job_state state where state.job_id = known.job_id) as "lastRecorded"`;
  return taken;
}

/**
 * The first replica of a service begins the schedules of its jobs. They were written by whichever service of the
 * installation started first, and a tick of before is none that anybody has missed.
 */
export async function beginSchedules(sql: Sql, jobIds: readonly string[], replica: string): Promise<void> {
  await sql`
    update runtime.job_schedule set since = clock_timestamp(), taken_by = ${replica}
     where job_id = any(${jobIds as string[]}) and taken_by is null`;
}

/** Slots without a run before `slot`, under the schedule in force. */
export function missedBefore(
  schedule: JobSchedule,
  taken: Pick<TakenSlot, 'since' | 'lastRecorded'>,
  slot: Date,
): number {
  const { since, lastRecorded } = taken;
  // A slot exactly at the beginning belongs to it.
  const begins = since.getTime() - 1;
  return slotsBetween(schedule, Math.max(begins, lastRecorded?.getTime() ?? begins), slot.getTime());
}

/** The run before this one, when nothing was heard of it after it had taken its slot. */
export function lostRun({ lastTaken, lastRecorded, takenAt, takenBy }: TakenSlot) {
  if (lastTaken === null || takenAt === null || takenBy === null) return undefined;
  if (lastRecorded !== null && lastRecorded >= lastTaken) return undefined;
  return { slot: lastTaken, startedAt: takenAt, replica: takenBy };
}

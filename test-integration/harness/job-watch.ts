import type { Sql } from '@sluice/service-runtime';

/** A run as it was recorded: the store's own rows keep the last one only, and idle ones together. */
export type SeenRun = { job: string; slot: Date; startedAt: Date; endedAt: Date; replica: string; missed: number };

/** Keeps every recorded run of a slot from here on, whatever becomes of its row. */
export async function watchJobs(sql: Sql): Promise<{ runs(since: Date): Promise<SeenRun[]> }> {
  await sql.unsafe(`
    create table runtime.seen_run (seen_at timestamptz not null default clock_timestamp(), job text, slot timestamptz,
      started_at timestamptz, ended_at timestamptz, replica text, missed integer);
    create function runtime.see_run() returns trigger language plpgsql as $$
    begin
      -- A run that was asked for, or at start, has no slot and leaves the last one where it was.
      if old is null or new.last_slot is distinct from old.last_slot then
        insert into runtime.seen_run (job, slot, started_at, ended_at, replica, missed)
        values (new.job_id, new.last_slot, new.last_started_at, new.last_ended_at, new.last_replica,
                new.missed - coalesce(old.missed, 0));
      end if;
      return null;
    end $$;
    create trigger see_run after insert or update on runtime.job_state for each row execute function runtime.see_run();`);
  return {
    runs: async (since) =>
      await sql<SeenRun[]>`
        select job, slot, started_at as "startedAt", ended_at as "endedAt", replica, missed
          from runtime.seen_run where slot > ${since} order by job, seen_at`,
  };
}

/** Waits until one of these processes is in the middle of a run, and says which; undefined when none was in time. */
export async function processInARun(
  sql: Sql,
  pids: readonly (number | undefined)[],
  withinMs: number,
): Promise<number | undefined> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const busy = await sql<{ replica: string }[]>`
      select taken_by as replica from runtime.job_schedule join runtime.job_state using (job_id)
       where taken_slot > last_slot and taken_at > clock_timestamp() - interval '1 second'`;
    const pid = pids.find((one) => busy.some(({ replica }) => replica.split('-').at(-2) === String(one)));
    if (pid !== undefined) return pid;
  }
  return undefined;
}

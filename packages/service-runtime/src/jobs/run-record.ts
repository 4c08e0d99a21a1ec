import type { Sql } from '../postgres/connect-postgres.ts';

export type RunRecord = {
  jobId: string;
  /** The moment the schedule meant; undefined for a run at start. */
  slot: Date | undefined;
  replica: string;
  startedAt: Date;
  endedAt: Date;
  outcome: 'changed' | 'idle' | 'failed' | 'aborted';
  counts: Record<string, number> | undefined;
  error: string | undefined;
};

/** What the store knows of the job now, over all replicas. */
export type RunStored = {
  runs: number;
  failures: number;
  missed: number;
  /** This run is the one that tells of the job for the whole cluster; no other got or gets the same answer. */
  summaryDue: boolean;
};

/** Idle runs that have no row of their own are counted in one row for so long. */
const IDLE_ROW_SECONDS = 300;

/**
 * Writes what a run did: its counters always, and a row of its own when `ownRow`, else its share of the idle row of
 * these five minutes. `missed`: slots without a run before this one. With `summaryEverySeconds`, the first run
 * that long after the last summary is told to write the next. A run with a row of its own is told live as well, and with
 * `startUntold` its beginning too. It does not wait for the disk: the record of a run is
 * lost without harm.
 */
export async function recordRun(
  sql: Sql,
  run: RunRecord,
  missed: number,
  {
    ownRow,
    summaryEverySeconds,
    startUntold,
  }: { ownRow: boolean; summaryEverySeconds: number | null; startUntold: boolean },
): Promise<RunStored> {
  // In the time of the slots, which no process's clock bends.
  const at = run.slot ?? run.startedAt;
  const counts = run.counts === undefined ? null : sql.json(run.counts);
  const succeeded = run.outcome === 'changed' || run.outcome === 'idle';
  const [stored] = await sql<RunStored[]>`
    with setting as materialized (select set_config('synchronous_commit', 'off', true)),
    own_row as (
      insert into runtime.job_run as idle (job_id, slot, replica, started_at, ended_at, outcome, counts, error, idle_since)
      select ${run.jobId}, ${run.slot ?? null}::timestamptz, ${run.replica}, ${run.startedAt}, ${run.endedAt},
             ${run.outcome}, ${counts}::jsonb, ${run.error ?? null},
             case when ${!ownRow} then date_bin(make_interval(secs => ${IDLE_ROW_SECONDS}), ${at}::timestamptz, 'epoch') end
      on conflict (job_id, idle_since) where idle_since is not null do update
        set runs = idle.runs + 1, slot = excluded.slot, replica = excluded.replica, ended_at = excluded.ended_at,
            counts = excluded.counts
    ),
    told as (
      insert into runtime.job_event (at, kind, job_id, slot, replica, started_at, outcome, counts, error)
      select ${run.startedAt}::timestamptz, 'started', ${run.jobId}, ${run.slot ?? null}::timestamptz, ${run.replica},
             ${run.startedAt}::timestamptz, null, null, null
      where ${ownRow && startUntold}
      union all
      select ${run.endedAt}::timestamptz, 'ended', ${run.jobId}, ${run.slot ?? null}::timestamptz, ${run.replica},
             ${run.startedAt}::timestamptz, ${run.outcome}, ${counts}::jsonb, ${run.error ?? null}
      where ${ownRow}
    )
    insert into runtime.job_state as state
      (job_id, last_slot, last_replica, last_started_at, last_ended_at, last_outcome, last_counts, last_error,
       last_success_at, runs, failures, missed, summary_at)
    select ${run.jobId}, ${run.slot ?? null}::timestamptz, ${run.replica}, ${run.startedAt}, ${run.endedAt},
           ${run.outcome}, ${counts}::jsonb, ${run.error ?? null},
           ${succeeded ? run.endedAt : null}::timestamptz, 1, ${succeeded ? 0 : 1}, ${missed}, ${at}
      from setting
    on conflict (job_id) do update
      set last_slot = greatest(excluded.last_slot, state.last_slot),
          last_replica = excluded.last_replica,
          last_started_at = excluded.last_started_at,
          last_ended_at = excluded.last_ended_at,
          last_outcome = excluded.last_outcome,
          last_counts = excluded.last_counts,
          last_error = excluded.last_error,
          last_success_at = coalesce(excluded.last_success_at, state.last_success_at),
          runs = state.runs + 1,
          failures = state.failures + excluded.failures,
          missed = state.missed + excluded.missed,
          summary_at = case
            when state.summary_at > excluded.summary_at - make_interval(secs => ${summaryEverySeconds}::float8)
            then state.summary_at else excluded.summary_at end
    returning runs::int, failures::int, missed::int,
      (${summaryEverySeconds}::float8 is not null and summary_at = ${at}) as "summaryDue"`;
  return stored!;
}

/** Memory of every live process in MB, by service and replica. */
export async function readMemoryMb(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql<{ name: string; mb: number }[]>`
    select service || ' ' || replica as name, round(memory_rss / 1e6)::int as mb
    from runtime.heartbeat where beat_at > clock_timestamp() - interval '15 seconds' order by name`;
  return Object.fromEntries(rows.map(({ name, mb }) => [name, mb]));
}

/** Writes a row for a run nothing was heard of after it had begun; `startUntold` as for {@link recordRun}. */
export async function recordLostRun(
  sql: Sql,
  jobId: string,
  lost: { slot: Date; startedAt: Date; replica: string },
  startUntold: boolean,
): Promise<void> {
  await sql`
    with lost as (
      insert into runtime.job_run (job_id, slot, replica, started_at, ended_at, outcome, error)
      values (${jobId}, ${lost.slot}, ${lost.replica}, ${lost.startedAt}, clock_timestamp(), 'lost',
              'its process was killed, or stalled past its bound')
      returning *)
    insert into runtime.job_event (at, kind, job_id, slot, replica, started_at, outcome, error)
    select started_at, 'started', job_id, slot, replica, started_at, null, null from lost where ${startUntold}
    union all
    select ended_at, 'ended', job_id, slot, replica, started_at, outcome, error from lost`;
}

-- The schedule in force of every job that runs, and the slot last given to a replica. A run begins by taking its slot
-- here: a slot is given once, never one older than the last, and only under the schedule in force, so that replicas
-- that learn of a change at different moments cannot tick twice.
create table runtime.job_schedule (
  job_id     text primary key,
  schedule   text not null,
  -- Slots before it belong to the schedule before.
  since      timestamptz not null,
  taken_slot timestamptz,
  taken_at   timestamptz,
  taken_by   text
)
with (fillfactor = 50);

-- Idle runs of the jobs of a few seconds share a row per five minutes, which begins at idle_since.
alter table runtime.job_run add column runs integer not null default 1;
alter table runtime.job_run add column idle_since timestamptz;
create unique index job_run_idle on runtime.job_run (job_id, idle_since) where idle_since is not null;

-- `lost`: the run was taken and nothing was heard of it again, because its process was killed or stalled past its bound.
alter table runtime.job_run drop constraint job_run_outcome_check;
alter table runtime.job_run add constraint job_run_outcome_check
  check (outcome in ('changed', 'idle', 'failed', 'aborted', 'lost'));

-- What each job did, run by run. Idle runs of the jobs of a few seconds are counted in job_state alone:
-- the one-second tick would write 86,400 rows a day that say nothing.
create table runtime.job_run (
  id bigint generated always as identity primary key,
  job_id text not null,
  -- The moment the schedule meant; null for a run at start.
  slot timestamptz,
  replica text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  outcome text not null check (outcome in ('changed', 'idle', 'failed', 'aborted')),
  counts jsonb,
  error text
);
create index job_run_last on runtime.job_run (job_id, started_at desc);
-- Old runs are deleted by age.
create index job_run_age on runtime.job_run (started_at);

-- One row per job: its last run, and what has been counted since the table was made.
create table runtime.job_state (
  job_id text primary key,
  last_slot timestamptz,
  last_replica text not null,
  last_started_at timestamptz not null,
  last_ended_at timestamptz not null,
  last_outcome text not null,
  last_counts jsonb,
  last_error text,
  -- The last run that neither failed nor was aborted.
  last_success_at timestamptz,
  runs bigint not null default 0,
  failures bigint not null default 0,
  -- Slots without a run: the run before was still busy, or no replica was up.
  missed bigint not null default 0
)
with (fillfactor = 50);

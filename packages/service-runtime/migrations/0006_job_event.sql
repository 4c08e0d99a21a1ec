-- Runs that began and ended, for whoever follows them live. A job of a few seconds has both written when a run ends that was
-- not idle; its idle runs have none, or the one-second tick would write two rows a second that say nothing.
create table runtime.job_event (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  kind text not null check (kind in ('started', 'ended')),
  job_id text not null,
  slot timestamptz,
  replica text not null,
  started_at timestamptz not null,
  outcome text,
  counts jsonb,
  error text
);

-- Transactions that have written such rows, or begun to, and are not over; see orders.open_event_writer.
create view runtime.open_job_event_writer as
  select l.virtualtransaction as writer from pg_locks l
  where l.locktype = 'relation' and l.relation = 'runtime.job_event'::regclass and l.mode = 'RowExclusiveLock'
    and l.database = (select d.oid from pg_database d where d.datname = current_database());

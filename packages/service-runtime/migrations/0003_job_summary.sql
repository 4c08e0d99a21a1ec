-- When the job last told of itself for the whole cluster, in the time of its slots: whoever records a run long enough
-- after it takes the next telling with the same statement.
alter table runtime.job_state add column summary_at timestamptz;

-- Schedules a person gave instead of the catalogue's. A job that is not here runs as the catalogue says.
create table config.job (
  -- The job's id in the catalogue.
  name     text primary key,
  -- "every 61 s", or a cron expression of six fields, the second first.
  schedule text not null
);

-- How long what happened is kept, in days.
alter table config.installation
  -- An alert id is remembered for seven days, by its receipt.
  add column receipts_days integer not null default 90 check (receipts_days >= 8),
  add column events_days integer not null default 30 check (events_days >= 1),
  add column runs_days integer not null default 14 check (runs_days >= 1);

-- When an account's capital is allotted anew: its balance has moved by so many per cent, and not more often than that.
alter table config.account
  add column rebalance jsonb not null default '{"threshold": "5", "minIntervalHours": "6"}';

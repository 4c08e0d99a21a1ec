-- Of an account whose keys alone do not say whose it is: a reference like those of the keys, null elsewhere.
alter table config.account add column account_number jsonb;

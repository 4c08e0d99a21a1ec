alter table orders.symbol_setting
  -- Of the configuration it was made by: a replica that has not heard of a change yet must not undo it.
  add column revision integer not null default 0,
  -- Drawn before the exchange is asked. Who finds another when it stores the outcome may have undone what that one set.
  add column ticket bigint not null default 0,
  -- False from before the exchange is asked until it has been read back: a process that dies in between leaves it so.
  add column settled boolean not null default true;

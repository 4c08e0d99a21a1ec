-- Who sends nothing new because a person stopped it. Written by order-queue alone, on the gateway's message.

-- One switch each for everything, a strategy and an account. Resuming keeps the row, so that a message that comes late
-- cannot undo a later one.
create table orders.halt (
  scope text not null check (scope in ('all', 'strategy', 'account')),
  -- Empty for `all`.
  name text not null,
  halted boolean not null,
  reason text,
  asked_by text not null,
  -- Rises with the time of asking; the highest number decides.
  request bigint not null,
  changed_at timestamptz not null default clock_timestamp(),
  primary key (scope, name),
  check ((scope = 'all') = (name = ''))
);

-- Every halt and resume there was.
create table orders.halt_change (
  request bigint primary key,
  scope text not null,
  name text not null,
  halted boolean not null,
  reason text,
  asked_by text not null,
  changed_at timestamptz not null default clock_timestamp()
);

create table orders.halt_reply (
  id text primary key,
  body jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);

-- What others may read ------------------------------------------------------------------------------------------

create view orders.halt_in_force as
  select scope, name, coalesce(reason, 'no reason given') as reason, asked_by, changed_at as since
  from orders.halt where halted;

create view orders.account_pause as
  select account, reason, paused_at as since from orders.paused_account;

create function orders.take_halt_reply(reply_id text) returns jsonb language sql as $$
  delete from orders.halt_reply where id = reply_id returning body
$$;

comment on view orders.halt_in_force is 'What sends nothing new because a person stopped it; `all` has the empty name.';
comment on view orders.account_pause is 'Accounts that send nothing new because their key, clock or position mode is wrong.';

-- What a person decided: strategies, accounts, their links, limits. Written by the configuration command alone.
-- A thing taken out of the file keeps its row with removed_at set: ids stay stable and orders still refer to it.
create schema if not exists config;

create table config.installation (
  only_row      boolean primary key default true check (only_row),
  -- Prefix of every client order id this installation sends; that is why it is short and never changes.
  name          text not null check (name ~ '^[a-z0-9-]{1,8}$'),
  time_zone     text not null default 'Asia/Seoul',
  operator_chat text,
  revision      integer not null,
  applied_at    timestamptz not null
);

create table config.venue (
  name     text primary key,
  -- Origin that is called instead of the exchange's own, e.g. the paper exchange; null is the exchange itself.
  endpoint text,
  egress   text not null default 'default'
);

create table config.strategy (
  name        text primary key,
  market_type text not null check (market_type in ('SPOT', 'FUTURES', 'SECURITIES')),
  -- SHA-256 of the webhook token in lower-case hex; the token itself is stored nowhere.
  token_hash  text not null check (token_hash ~ '^[0-9a-f]{64}$'),
  chats       jsonb not null default '[]' check (jsonb_typeof(chats) = 'array'),
  max_lag_ms  integer check (max_lag_ms > 0),
  max_age_ms  integer not null default 30000 check (max_age_ms > 0),
  active      boolean not null default true,
  removed_at  timestamptz
);

create table config.account (
  name                   text primary key,
  id                     integer not null unique generated always as identity,
  venue                  text not null references config.venue (name),
  -- References, {"env": "NAME"} or {"file": "relative/path"}; never the key.
  api_key                jsonb not null,
  api_secret             jsonb not null,
  margin_mode            text not null check (margin_mode in ('cross', 'isolated')),
  max_open_orders        integer check (max_open_orders > 0),
  max_conditional_orders integer check (max_conditional_orders >= 0),
  reserve                jsonb not null default '{"buy": 0, "sell": 0, "conditional": 0}',
  active                 boolean not null default true,
  removed_at             timestamptz
);

create table config.strategy_account (
  strategy   text not null references config.strategy (name),
  account    text not null references config.account (name),
  share      numeric check (share > 0 and share <= 100),
  capital    numeric check (capital > 0),
  leverage   numeric not null check (leverage >= 1),
  active     boolean not null default true,
  removed_at timestamptz,
  primary key (strategy, account),
  check (num_nonnulls(share, capital) = 1)
);

create index strategy_account_by_account on config.strategy_account (account);

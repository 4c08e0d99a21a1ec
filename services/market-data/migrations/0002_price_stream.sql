-- Prices as they happen, beside the poll.

alter table market.last_price
  -- What the exchange values positions by, with its own time; null until it was read.
  add column mark numeric,
  add column mark_at timestamptz,
  -- When the exchange was last heard to hold this price, by our clock; `at` stands still where nobody trades. Kept for
  -- symbols in use.
  add column seen_at timestamptz not null default clock_timestamp();

-- One row per venue: who listens to its prices. Any replica may take the stream over once the lease has run out.
create table market.price_stream (
  venue       text primary key,
  owner       text,
  lease_until timestamptz not null,
  taken_at    timestamptz not null default clock_timestamp(),
  state       text not null check (state in ('connecting', 'connected', 'lost', 'released')),
  -- The last price that was heard.
  heard_at    timestamptz,
  reconnects  bigint not null default 0,
  -- Why the last connection ended.
  reason      text
)
with (fillfactor = 50);

-- Symbols with orders or a position whose price is too old, so that the start and the end are each told once.
create table market.stale_price (
  venue    text not null,
  symbol   text not null,
  began_at timestamptz not null default clock_timestamp(),
  primary key (venue, symbol)
);

create or replace view market.price as
  select venue, symbol, last, at, mark, mark_at, seen_at from market.last_price;

create view market.price_stream_state as
  select venue, owner, state, heard_at, reconnects, reason, lease_until > clock_timestamp() as held
  from market.price_stream;

comment on view market.price is
  'Last and mark price per symbol with the exchange''s own times; seen_at is when it was last heard to be so.';

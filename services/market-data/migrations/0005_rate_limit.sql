-- market_info. What the exchange accepts per fixed window: orders of an account, request weight of an address.
create table market.rate_limit (
  venue      text not null,
  kind       text not null check (kind in ('orders', 'weight')),
  window_ms  integer not null,
  "limit"    integer not null,
  changed_at timestamptz not null default now(),
  primary key (venue, kind, window_ms)
);

comment on table market.rate_limit is 'Others read it as it is: no row for a venue means that it has not been read yet.';

-- What the exchanges say about their markets. Each table is written by one job alone; others read the views.

create schema if not exists market;

-- When each job last read a venue to the end, and where from. "Is it due at start" and "is the service ready" are
-- answered here, so that rows that did not change need not be written again to prove that they are fresh.
create table market.refresh (
  venue    text not null,
  kind     text not null check (kind in ('symbols', 'precision', 'facts', 'prices')),
  endpoint text,                      -- origin that was read; null is the real exchange
  read_at  timestamptz not null,
  primary key (venue, kind)
);

-- symbol_validator. A symbol that vanishes from the exchange turns closed and keeps its row: orders still refer to it.
create table market.symbol (
  venue      text not null,
  symbol     text not null,           -- canonical, BTC/USDT
  status     text not null check (status in ('trading', 'cancel_only', 'closed')),
  changed_at timestamptz not null default now(),
  primary key (venue, symbol)
);

-- precision_cache.
create table market.precision (
  venue              text not null,
  symbol             text not null,
  price_tick         numeric not null check (price_tick > 0),
  amount_step        numeric not null check (amount_step > 0),
  market_amount_step numeric check (market_amount_step > 0),
  changed_at         timestamptz not null default now(),
  primary key (venue, symbol)
);

-- market_info. Nulls are "not stated by the exchange".
create table market.fact (
  venue                  text not null,
  symbol                 text not null,
  venue_symbol           text not null,
  min_amount             numeric,
  max_amount             numeric,
  market_max_amount      numeric,
  min_notional           numeric,
  contract_size          numeric not null check (contract_size > 0),
  max_open_orders        integer,
  max_conditional_orders integer,
  conditional_scope      text not null check (conditional_scope in ('symbol', 'account')),
  adapter_market         jsonb not null, -- the exchange adapter's own words for the market, handed back to it
  changed_at             timestamptz not null default now(),
  primary key (venue, symbol)
);

-- price_cache. Every row changes every 31 s: the free space keeps those updates on their page and off the index.
create table market.last_price (
  venue  text not null,
  symbol text not null,
  last   numeric not null,
  at     timestamptz not null,        -- the exchange's time
  primary key (venue, symbol)
) with (fillfactor = 50);

create view market.valid_symbol as
  select venue, symbol, status from market.symbol;

-- A row only when all three jobs have seen the symbol: half of the facts would size an order wrongly.
create view market.instrument as
  select s.venue, s.symbol, f.venue_symbol, s.status,
         p.price_tick, p.amount_step, f.min_amount, f.max_amount, p.market_amount_step, f.market_max_amount,
         f.min_notional, f.contract_size, f.max_open_orders, f.max_conditional_orders, f.conditional_scope,
         f.adapter_market, r.read_at as facts_at
    from market.symbol s
    join market.precision p using (venue, symbol)
    join market.fact f using (venue, symbol)
    join market.refresh r on r.venue = s.venue and r.kind = 'facts';

create view market.price as
  select venue, symbol, last, at from market.last_price;

comment on view market.valid_symbol is 'Symbols of each venue; no row for a venue means that its list has not been read yet.';
comment on view market.instrument is 'One row per tradable or formerly tradable symbol; numerics may carry trailing zeros.';
comment on view market.price is 'Last price per symbol with the exchange''s own time.';

-- Executions one by one, and the user streams they are heard on.

create table orders.fill (
  id bigint generated always as identity primary key,
  account text not null,
  -- The exchange and its market, e.g. binance-usdm.
  venue text not null,
  symbol text not null,
  -- The exchange's own id: unique per symbol on Binance, not over symbols.
  trade_id text not null,
  order_id bigint not null references orders.entry (id),
  attempt integer not null,
  strategy text not null,
  side text not null check (side in ('buy', 'sell')),
  price numeric not null check (price > 0),
  quantity numeric not null check (quantity > 0),
  -- Negative for a rebate.
  fee numeric not null,
  -- Null where the exchange took nothing.
  fee_currency text,
  -- By the exchange's reckoning of the whole account; null where it does not say.
  realized_pnl numeric,
  maker boolean not null,
  -- Exchange time; a fill may be recorded long after later ones.
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  -- What makes the same execution, heard on the stream and read from the list, count once.
  unique (account, venue, symbol, trade_id)
);
create index fill_of_order on orders.fill (order_id);
create index fill_of_position on orders.fill (strategy, account, symbol, at, id);

-- Sum of the attempt's rows in orders.fill. Less than `executed` means that executions were seen only as a total, by a
-- poll or an answer, and have to be read one by one.
alter table orders.attempt add column filled numeric not null default 0;
create index attempt_fills_missing on orders.attempt (account, symbol) where filled < executed;

-- One row per account whose user stream is to be watched. Whoever holds the lease keeps the connection.
create table orders.account_stream (
  account text primary key,
  owner text,
  -- Past this, by the database's clock, any replica may take the stream over.
  lease_until timestamptz not null,
  taken_at timestamptz not null default clock_timestamp(),
  state text not null check (state in ('connecting', 'connected', 'lost', 'released')),
  connected_since timestamptz,
  -- The last frame of any kind, and the last that told of an order.
  heard_at timestamptz,
  event_at timestamptz,
  reconnects bigint not null default 0,
  -- Why the last connection ended.
  reason text
)
with (fillfactor = 50);

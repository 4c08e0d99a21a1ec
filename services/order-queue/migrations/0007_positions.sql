-- Positions by fills, and what the exchange did to an account's position.

-- What the exchange did to the whole position of an account: funding, and closing it by itself.
create table orders.account_entry (
  id bigint generated always as identity primary key,
  account text not null,
  venue text not null,
  symbol text not null,
  kind text not null check (kind in ('funding', 'liquidation')),
  -- The exchange's own id of it: of the income record, or of the trade.
  exchange_id text not null,
  -- Funding received; negative when paid. Null for a liquidation.
  amount numeric,
  -- Of the trade that closed; null for funding.
  side text check (side in ('buy', 'sell')),
  quantity numeric check (quantity > 0),
  price numeric check (price > 0),
  fee numeric,
  fee_currency text,
  -- What of the account's position was not ours when this was first read; it bears its part.
  foreign_quantity numeric not null,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  folded boolean not null default false,
  unique (account, venue, kind, symbol, exchange_id),
  check (num_nulls(side, quantity, price, fee) in (0, 4) and (kind = 'funding') = (amount is not null)
         and (kind = 'liquidation') = (quantity is not null))
);
create index account_entry_of_pair on orders.account_entry (account, symbol, at);
create index account_entry_unfolded on orders.account_entry (account, symbol) where not folded;

alter table orders.fill add column folded boolean not null default false;
create index fill_unfolded on orders.fill (account, symbol) where not folded;
create index fill_of_pair on orders.fill (account, symbol, at);

-- One row for what one fill, or one strategy's part of an account's entry, did to a position, and the position after it.
-- In the order (at, rank, length(exchange_id), exchange_id) the rows of a pair can be folded on from any of them.
create table orders.position_entry (
  account text not null,
  symbol text not null,
  strategy text not null,
  kind text not null check (kind in ('fill', 'funding', 'liquidation')),
  -- Of orders.fill or orders.account_entry.
  source bigint not null,
  at timestamptz not null,
  -- Funding is reckoned on what was held before the trades of its millisecond.
  rank smallint not null,
  exchange_id text collate "C" not null,
  -- Our order; null for what the exchange did.
  order_id bigint,
  quantity numeric not null,
  price numeric,
  realized numeric not null,
  fee numeric not null,
  other_fee numeric not null default 0,
  fee_currency text,
  funding numeric not null,
  reduces boolean not null,
  after jsonb not null,
  primary key (account, symbol, strategy, kind, source)
);
create index position_entry_in_order
  on orders.position_entry (account, symbol, at desc, rank desc, length(exchange_id) desc, exchange_id desc);
create index position_entry_by_time on orders.position_entry (at);

-- The last row of each strategy's ledger. Written under the pair's lock.
create table orders.position_state (
  account text not null,
  symbol text not null,
  strategy text not null,
  quantity numeric not null,
  -- What the open quantity was bought for; negative when it was sold.
  cost numeric not null,
  realized numeric not null,
  fees numeric not null,
  other_fees jsonb not null,
  funding numeric not null,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (account, symbol, strategy)
)
with (fillfactor = 50);

-- Reduce-only orders are sized by the position and what was executed beyond its fills, which is the same sum. The table
-- stays for one version: a replica of the one before still writes it while a rollout is under way.
comment on table orders.net_executed is 'Written by the version before alone; dropped by the next.';

-- Days that something late has changed.
create table orders.performance_due (
  day date primary key
);

-- The balance of each account as the exchange last told it in an hour: what changed in a day is seen from it.
create table orders.account_balance (
  account text not null,
  hour timestamptz not null,
  balance numeric not null,
  currency text not null,
  read_at timestamptz not null default clock_timestamp(),
  primary key (account, hour)
)
with (fillfactor = 50);

create or replace view orders.known_balance as
  select account, balance, read_at as at from orders.account_balance;
comment on view orders.known_balance is 'Wallet balances in the settlement currency, one an hour; of this hour as last read.';

-- Accounts that were read to be in one-way mode, and with which key, so that opening a connection need not ask again. One
-- that is switched to hedge mode later is paused by the exchange's own refusal.
create table orders.one_way_account (
  account text primary key,
  -- Venue, address and key it was read with; none of them is secret.
  asked_with text not null,
  read_at timestamptz not null default clock_timestamp()
);

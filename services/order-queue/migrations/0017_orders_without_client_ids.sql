-- What a venue without client order ids and with trading sessions needs.

-- The numbers of the day's orders of the symbol, read right before a placement left: an order of ours is none of them. Null
-- for an attempt that was never about to be sent, which proves that it was not.
alter table orders.attempt add column noted text[];
alter table orders.attempt add column noted_at timestamptz;
-- Since when a person is asked what became of the placement. Nothing is looked up or sent for it until they have said.
alter table orders.attempt add column person_since timestamptz;
create index attempt_with_person on orders.attempt (person_since) where person_since is not null;

-- Venues that take no orders now, as the plans found them, and when they open.
create table orders.session_closed (
  venue text primary key,
  opens_at timestamptz not null
);

-- What became of what a person said of an order.
create table orders.settle_reply (
  id text primary key,
  body jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);

-- What others may read ------------------------------------------------------------------------------------------

create or replace view orders.order_view as
  select e.id, e.strategy, e.account, e.venue, e.symbol, e.type, e.side, e.status as state, e.wanted,
         e.price, e.stop_price, e.quantity, e.executed, e.quantity - e.executed as remaining, e.reduce_only,
         e.alert_id, e.order_index, e.attempt as attempts, a.client_id as client_order_id,
         a.exchange_order_id, a.triggered_order_id, e.retries, e.retry_at, e.failure_type, e.failure_code,
         e.failure_message, e.send_before, e.received_at, e.updated_at, e.ended_at,
         -- What the indexes find.
         e.strategy || E'\n' || e.account as link,
         e.status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired') as live,
         a.person_since
  from orders.entry e left join orders.attempt a on a.order_id = e.id and a.number = e.attempt;

create function orders.take_settle_reply(reply_id text) returns jsonb language sql as $$
  delete from orders.settle_reply where id = reply_id returning body
$$;

create view orders.closed_venue as
  select venue, opens_at from orders.session_closed where opens_at > clock_timestamp();

create or replace view orders.known_balance as
  select account, balance, read_at as at, currency from orders.account_balance;

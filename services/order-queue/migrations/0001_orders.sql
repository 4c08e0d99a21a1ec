-- Orders, their attempts and events. Written by order-queue alone; others read the views at the end.

create table orders.cursor (
  strategy text not null,
  account text not null,
  -- Arrival number of the last alert planned for this pair of strategy and account. Locked first, always.
  last_arrival bigint not null default 0,
  primary key (strategy, account)
);

-- One row per alert and account: it has been planned, or its planning has failed for good.
create table orders.alert_account (
  alert_id text not null,
  account text not null,
  -- Why every order of this account failed; null when the plan was committed.
  verdict text,
  planned_at timestamptz not null default clock_timestamp(),
  primary key (alert_id, account)
);

-- The answer of an alert, written once when its last outcome is known.
create table orders.alert_answer (
  alert_id text primary key,
  body jsonb not null,
  completed_at timestamptz not null default clock_timestamp()
);

-- Ids are drawn before the insert, so that a plan can name the orders it is about to store.
create sequence orders.entry_id as bigint;

create table orders.entry (
  id bigint primary key,
  -- What client order ids are computed from.
  uuid uuid not null,
  alert_id text not null,
  strategy text not null,
  account text not null,
  venue text not null,
  symbol text not null,
  order_index integer not null,
  arrival bigint not null,
  type text not null check (type in ('MARKET', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT')),
  side text not null check (side in ('buy', 'sell')),
  price numeric,
  stop_price numeric,
  reduce_only boolean not null,
  quantity numeric not null,
  executed numeric not null default 0,
  -- The ranking, stored so that the best waiting orders of a pair come from an index.
  priority smallint not null,
  sort_price numeric not null,
  status text not null,
  wanted text not null check (wanted in ('live', 'parked', 'gone')),
  -- Number of the current or last attempt; 0 while it was never sent.
  attempt integer not null default 0,
  partly_filled boolean not null default false,
  retries integer not null default 0,
  retry_at timestamptz,
  failure_type text,
  failure_code text,
  failure_message text,
  -- A message about the failure or expiry is stored for delivery.
  announced boolean not null default false,
  -- A message that this stop has to wait off the exchange is stored for delivery.
  stop_announced boolean not null default false,
  -- The alert whose plan last put this order in motion; the alert's answer waits for it.
  cause_alert text,
  -- The alert whose CANCEL wants this order gone.
  cancel_alert text,
  received_at timestamptz not null,
  -- A MARKET order older than this is not sent any more.
  send_before timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  -- What makes a redelivered alert harmless: an alert's order exists once per account.
  unique (alert_id, account, order_index),
  check (executed >= 0 and executed <= quantity),
  check (status in ('pending', 'submitting', 'open', 'cancelling', 'unresolved_place', 'unresolved_cancel', 'triggered',
                    'filled', 'cancelled', 'rejected', 'failed', 'expired'))
);

-- Everything of a pair that holds or may hold a slot.
create index entry_on_exchange on orders.entry (account, symbol)
  where status in ('submitting', 'open', 'cancelling', 'unresolved_place', 'unresolved_cancel', 'triggered');
-- The best waiting orders of a pair, per class of order, in rank order.
create index entry_waiting on orders.entry (account, symbol, type, side, sort_price desc, arrival, order_index)
  where status = 'pending';
create index entry_retry on orders.entry (account, symbol, retry_at) where status = 'pending' and retry_at is not null;
create index entry_conditional on orders.entry (account)
  where type in ('STOP_MARKET', 'STOP_LIMIT')
    and status in ('submitting', 'open', 'cancelling', 'unresolved_place', 'unresolved_cancel');
create index entry_in_motion on orders.entry (alert_id) where status = 'submitting';
create index entry_in_motion_by_cause on orders.entry (cause_alert)
  where status in ('submitting', 'cancelling') and cause_alert is not null;
create index entry_in_motion_by_cancel on orders.entry (cancel_alert)
  where status in ('submitting', 'cancelling') and cancel_alert is not null;
-- CANCEL: the live orders of a strategy. An expression, so that no plan takes this index for the orders of a pair by
-- skipping over the strategies: there may be hundreds, and it holds the waiting orders too.
create index entry_of_link on orders.entry ((strategy || E'\n' || account), symbol)
  where status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired');

create table orders.attempt (
  order_id bigint not null references orders.entry (id),
  number integer not null,
  client_id text not null unique,
  account text not null,
  symbol text not null,
  conditional boolean not null,
  -- The wire parameters, saved before they are sent: a resend is identical.
  request jsonb not null,
  -- What has to happen on the wire next, who does it and until when nobody else may.
  action text check (action in ('place', 'cancel', 'find')),
  claimed_by text,
  fence bigint not null default 0,
  -- The instant a signed request carries; null while none was ever signed for this action.
  signed_at timestamptz,
  due_at timestamptz,
  lookups integer not null default 0,
  -- Look-ups after the request could no longer arrive that found nothing.
  absences integer not null default 0,
  carrier jsonb,
  exchange_order_id text,
  triggered_order_id text,
  executed numeric not null default 0,
  -- The exchange's last word on this attempt is in; nothing more can execute.
  final boolean not null default false,
  reported_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  primary key (order_id, number)
);
create index attempt_due on orders.attempt (due_at) where action is not null;
create index attempt_exchange_id on orders.attempt (exchange_order_id) where exchange_order_id is not null;
create index attempt_triggered_id on orders.attempt (triggered_order_id) where triggered_order_id is not null;

create table orders.event (
  id bigint generated always as identity primary key,
  order_id bigint not null,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  status text not null,
  attempt integer not null,
  -- The alert or the job that made it happen.
  cause text,
  detail jsonb
);
create index event_of_order on orders.event (order_id, id);
create index event_of_cause on orders.event (cause) where cause is not null;

-- CANCEL and CANCEL_ALL_ORDER: what each matched. They are never on the exchange themselves.
create table orders.cancel_request (
  alert_id text not null,
  account text not null,
  order_index integer not null,
  symbol text,
  side text,
  order_ref text,
  order_ids bigint[] not null,
  error text,
  primary key (alert_id, account, order_index)
);

-- Orders that failed before planning: they cannot be sized or are not tradable on this account's exchange.
create table orders.denied_order (
  alert_id text not null,
  account text not null,
  order_index integer not null,
  failure_type text not null,
  message text not null,
  primary key (alert_id, account, order_index)
);

-- Pairs that something has changed and that wait to be planned by the tick.
create table orders.rebalance_due (
  account text not null,
  symbol text not null,
  due_at timestamptz not null,
  -- Since when it has been due without being planned; backlog is measured by it.
  since timestamptz not null default clock_timestamp(),
  version bigint not null default 1,
  primary key (account, symbol)
);
create index rebalance_due_at on orders.rebalance_due (due_at);

create table orders.learnt_cap (
  account text not null,
  symbol text not null,
  conditional boolean not null,
  -- Orders of all kinds, or conditional ones, that were live when the exchange refused one more; foreign ones included.
  cap integer not null,
  until timestamptz not null,
  primary key (account, symbol, conditional)
);

-- Orders on the exchange that are not ours, as last counted. They take room and are never touched.
create table orders.foreign_count (
  account text not null,
  symbol text not null,
  open integer not null,
  conditional integer not null,
  counted_at timestamptz not null,
  primary key (account, symbol)
);

-- Leverage and margin mode as last set and read back.
create table orders.symbol_setting (
  account text not null,
  symbol text not null,
  leverage numeric not null,
  margin_mode text not null,
  set_at timestamptz not null default clock_timestamp(),
  primary key (account, symbol)
);

-- Capital allotted to a strategy on an account where the configuration gives a share of the balance.
create table orders.allotment (
  strategy text not null,
  account text not null,
  share numeric not null,
  amount numeric not null,
  allotted_at timestamptz not null default clock_timestamp(),
  primary key (strategy, account)
);

-- Signed sum of what a strategy's orders have executed; the position reduce-only orders are sized by.
create table orders.net_executed (
  strategy text not null,
  account text not null,
  symbol text not null,
  quantity numeric not null,
  primary key (strategy, account, symbol)
);

-- Accounts that send nothing new because their key, clock or position mode is wrong.
create table orders.paused_account (
  account text primary key,
  reason text not null,
  -- Applying the configuration anew (a higher revision) lifts the pause.
  revision integer not null,
  paused_at timestamptz not null default clock_timestamp()
);

-- A warning that has begun and not ended, so that its start and its end are each reported once per cluster.
create table orders.standing_warning (
  kind text not null,
  subject text not null,
  detail text not null,
  began_at timestamptz not null default clock_timestamp(),
  primary key (kind, subject)
);

create table orders.rebalance_total (
  replica text primary key,
  rebalances bigint not null default 0,
  cancelled bigint not null default 0,
  executed bigint not null default 0,
  duration_ms double precision not null default 0
);

create table orders.dry_run_reply (
  id text primary key,
  body jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);

-- What others may read ------------------------------------------------------------------------------------------

create view orders.alert_result as
  select alert_id, body, completed_at from orders.alert_answer;

create function orders.take_dry_run_reply(reply_id text) returns jsonb language sql as $$
  delete from orders.dry_run_reply where id = reply_id returning body
$$;

create view orders.open_exposure as
  select distinct venue, symbol from orders.entry
  where status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired');

create view orders.queue_metrics as
  select coalesce(sum(rebalances), 0)::bigint as total_rebalances,
         coalesce(sum(cancelled), 0)::bigint as total_cancelled,
         coalesce(sum(executed), 0)::bigint as total_executed,
         coalesce(sum(duration_ms), 0)::double precision as total_duration_ms,
         case when coalesce(sum(rebalances), 0) = 0 then 0
              else sum(duration_ms) / sum(rebalances) end::double precision as avg_duration_ms
  from orders.rebalance_total;

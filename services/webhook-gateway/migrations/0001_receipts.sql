-- Receipts of alerts. Written by webhook-gateway alone; order-queue reads the view at the end.

-- One sequence for all strategies, so that arrivals of different strategies can be compared.
create sequence gateway.arrival as bigint;

-- The row an alert of a strategy locks before it draws its arrival number: within a strategy, commit order is arrival
-- order, and whoever reads up to a number has seen every alert below it.
create table gateway.strategy_lock (
  strategy text primary key
);

create table gateway.receipt (
  -- 128 random bits, chosen before the transaction: a lost answer to the commit is looked up by it.
  id text primary key check (id ~ '^[0-9a-f]{32}$'),
  strategy text not null,
  received_at timestamptz not null,
  -- Null for what is not to be executed: a duplicate, or an alert the gateway itself answered.
  arrival bigint,
  -- Of the body without its token.
  body_hash bytea not null,
  -- The sender's own id of the alert.
  alert_id text,
  -- JSON text without the token, numbers as they were written; null for a duplicate. Text and not jsonb, because a
  -- field nobody reads may hold what jsonb refuses, such as \u0000.
  body text,
  orders jsonb not null,
  accounts text[] not null,
  warnings jsonb not null,
  duplicate_of text references gateway.receipt (id),
  -- Why the gateway answered without handing the alert on, e.g. `stale: …`.
  refusal text,
  -- When a 2xx for this alert left the socket whole.
  answered_at timestamptz,
  check (duplicate_of is null or body is null),
  check (arrival is null or (duplicate_of is null and refusal is null))
)
-- Room on the page, so that noting the answer rewrites the row in place.
with (fillfactor = 85);

create unique index receipt_arrival on gateway.receipt (strategy, arrival) where arrival is not null;
create index receipt_same_body on gateway.receipt (strategy, body_hash, received_at) where duplicate_of is null;
create index receipt_alert_id on gateway.receipt (strategy, alert_id, received_at)
  where alert_id is not null and duplicate_of is null;
create index receipt_age on gateway.receipt using brin (received_at);

-- Requests that could not be read or were refused, for whoever looks for a missing alert.
create table gateway.dead_letter (
  id bigint generated always as identity primary key,
  received_at timestamptz not null default clock_timestamp(),
  reason text not null check (reason in ('unreadable', 'unauthenticated', 'malformed', 'id_conflict')),
  -- Only where the token was right.
  strategy text,
  detail text not null,
  -- The beginning of the body, its token masked.
  body text not null,
  bytes integer not null
);
create index dead_letter_age on gateway.dead_letter using brin (received_at);

-- How many of an hour were kept, and how many only counted because the hour was full.
create table gateway.dead_letter_hour (
  hour timestamptz not null,
  reason text not null,
  kept integer not null default 0,
  dropped integer not null default 0,
  primary key (hour, reason)
)
with (fillfactor = 50);

-- Stores one alert of an authenticated sender: decides whether it is new, draws its arrival number and writes the
-- receipt, in one round trip. What it did:
--   taken          to be executed
--   refused        stored with the reason; the gateway answers itself
--   duplicate      a resend of `original`
--   id_conflict    nothing stored: the alert id belongs to another body
--   not_configured nothing stored: the strategy or its token is not there any more
create function gateway.take_alert(
  p_id text, p_strategy text, p_token_hash text, p_body_hash bytea, p_alert_id text, p_fired_at timestamptz,
  p_body text, p_orders jsonb, p_warnings jsonb, p_resend_window interval, p_alert_id_kept interval,
  out outcome text, out original text, out refusal text, out arrival bigint
) language plpgsql as $$
declare
  v_strategy config.strategy%rowtype;
  v_accounts text[];
  v_now timestamptz;
  v_earlier record;
begin
  -- A gateway that stops between two statements (a stalled machine, a paused process) loses its session, and with it
  -- the lock below, before those who wait for that lock have to be answered.
  perform set_config('idle_in_transaction_session_timeout', '1000', true);
  perform 1 from gateway.strategy_lock where strategy = p_strategy for update;
  if not found then
    insert into gateway.strategy_lock values (p_strategy) on conflict do nothing;
    perform 1 from gateway.strategy_lock where strategy = p_strategy for update;
  end if;
  -- After the lock, so that times rise with arrival numbers.
  v_now := clock_timestamp();

  -- Read here and not from the gateway's memory: an alert is judged by the configuration it was committed under.
  select * into v_strategy from config.strategy s
    where s.name = p_strategy and s.removed_at is null and s.token_hash = p_token_hash;
  if not found then
    outcome := 'not_configured';
    return;
  end if;

  if p_alert_id is not null then
    select r.id, r.body_hash into v_earlier from gateway.receipt r
      where r.strategy = p_strategy and r.alert_id = p_alert_id and r.duplicate_of is null
        and r.received_at > v_now - p_alert_id_kept
      order by r.received_at desc limit 1;
    if found and v_earlier.body_hash <> p_body_hash then
      outcome := 'id_conflict';
      original := v_earlier.id;
      return;
    end if;
  else
    -- An equal body after an answered one is a new alert; before, it is a resend.
    select r.id, r.body_hash into v_earlier from gateway.receipt r
      where r.strategy = p_strategy and r.body_hash = p_body_hash and r.duplicate_of is null
        and r.received_at > v_now - p_resend_window and r.answered_at is null
      order by r.received_at desc limit 1;
  end if;
  if found then
    outcome := 'duplicate';
    original := v_earlier.id;
    insert into gateway.receipt
        (id, strategy, received_at, body_hash, alert_id, orders, accounts, warnings, duplicate_of)
      values (p_id, p_strategy, v_now, p_body_hash, p_alert_id, '[]', '{}', p_warnings, original);
    return;
  end if;

  -- Inactive accounts too: order-queue answers for them.
  select coalesce(array_agg(l.account order by l.account), '{}') into v_accounts
    from config.strategy_account l join config.account a on a.name = l.account
    where l.strategy = p_strategy and l.removed_at is null and a.removed_at is null;

  if not v_strategy.active then
    refusal := format('inactive: strategy %s takes no alerts', p_strategy);
  elsif cardinality(v_accounts) = 0 then
    refusal := format('no_account: strategy %s has no account', p_strategy);
  elsif v_strategy.max_lag_ms is not null and p_fired_at < v_now - v_strategy.max_lag_ms * interval '1 ms' then
    refusal := format('stale: fired %s s before it arrived, max_lag is %s s',
      round(extract(epoch from v_now - p_fired_at)::numeric, 1), trim_scale(v_strategy.max_lag_ms / 1000.0));
  end if;

  if refusal is null then
    outcome := 'taken';
    arrival := nextval('gateway.arrival');
  else
    outcome := 'refused';
  end if;
  insert into gateway.receipt
      (id, strategy, received_at, arrival, body_hash, alert_id, body, orders, accounts, warnings, refusal)
    values (p_id, p_strategy, v_now, arrival, p_body_hash, p_alert_id, p_body, p_orders, v_accounts, p_warnings, refusal);
end
$$;

-- The fate of a commit whose answer was lost. Waits for the strategy's row first: while the old session is still
-- committing it holds that row, and "not there" would be a guess.
create function gateway.find_taken(
  p_id text, p_strategy text,
  out outcome text, out original text, out refusal text, out arrival bigint
) language plpgsql as $$
begin
  perform 1 from gateway.strategy_lock where strategy = p_strategy for update;
  select case when r.duplicate_of is not null then 'duplicate' when r.refusal is not null then 'refused' else 'taken' end,
         r.duplicate_of, r.refusal, r.arrival
    into outcome, original, refusal, arrival
    from gateway.receipt r where r.id = p_id;
end
$$;

-- Keeps a dead letter while its hour has room, else counts it. True when it was kept.
create function gateway.store_dead_letter(
  p_reason text, p_strategy text, p_detail text, p_body text, p_bytes integer, p_cap integer
) returns boolean language plpgsql as $$
declare
  v_room boolean;
begin
  insert into gateway.dead_letter_hour as h (hour, reason, kept) values (date_trunc('hour', now()), p_reason, 1)
    on conflict (hour, reason) do update
      set kept = h.kept + (h.kept < p_cap)::int, dropped = h.dropped + (h.kept >= p_cap)::int
    returning dropped = 0 into v_room;
  if v_room then
    insert into gateway.dead_letter (reason, strategy, detail, body, bytes)
      values (p_reason, p_strategy, p_detail, p_body, p_bytes);
  end if;
  return v_room;
end
$$;

-- What others may read ------------------------------------------------------------------------------------------

-- Alerts that are to be executed. Read in arrival order per strategy.
create view gateway.alert_to_plan as
  select id, arrival, strategy, accounts, orders, received_at, warnings
  from gateway.receipt where arrival is not null;

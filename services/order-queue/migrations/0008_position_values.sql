-- What positions are worth, what they earned by the day, and how capital was allotted.

-- What the market and the exchange say about a pair's position.
create table orders.position_check (
  account text not null,
  symbol text not null,
  mark_price numeric,
  mark_at timestamptz,
  -- The exchange's position, and what of it our fills do not explain, as last compared.
  exchange_quantity numeric,
  unattributed numeric not null default 0,
  compared_at timestamptz,
  -- What a person was told last.
  announced numeric not null default 0,
  primary key (account, symbol)
)
with (fillfactor = 50);

-- How far an account's history at the exchange has been read.
create table orders.account_history (
  account text primary key,
  -- Everything before this is stored.
  read_to timestamptz not null
);

create table orders.performance_day (
  -- In the installation's time zone.
  day date not null,
  strategy text not null,
  account text not null,
  -- Orders that closed something on that day; wins are those that earned by it.
  trades integer not null,
  wins integer not null,
  realized numeric not null,
  fees numeric not null,
  other_fees jsonb not null,
  funding numeric not null,
  -- Allotted when the day was first calculated; null when nothing was.
  capital numeric,
  calculated_at timestamptz not null default clock_timestamp(),
  primary key (day, strategy, account)
);

-- Every allotment of capital and the rule it was made by.
create table orders.allotment_history (
  id bigint generated always as identity primary key,
  strategy text not null,
  account text not null,
  rule text not null,
  balance numeric not null,
  share numeric not null,
  old_amount numeric,
  amount numeric not null,
  allotted_at timestamptz not null default clock_timestamp()
);
create index allotment_history_of_link on orders.allotment_history (strategy, account, allotted_at);

-- Calculates the days from first to last anew, both included, in the installation's time zone, and answers how many
-- rows they have. Here and not in the service, because the command line calculates past days as well.
create function orders.calculate_performance(first date, last date) returns integer language sql as $$
  with zone as (
    select coalesce((select time_zone from config.installation), 'Asia/Seoul') as name),
  entries as (
    select (e.at at time zone z.name)::date as day, e.*
    from orders.position_entry e, zone z
    where e.at >= first::timestamp at time zone z.name and e.at < (last + 1)::timestamp at time zone z.name),
  closed as (
    select day, strategy, account, count(*)::int as trades, (count(*) filter (where earned > 0))::int as wins
    from (
      select day, strategy, account, coalesce(order_id::text, kind || source) as closing, sum(realized) as earned
      from entries where reduces group by 1, 2, 3, 4) by_order
    group by 1, 2, 3),
  sums as (
    select day, strategy, account, sum(realized) as realized, sum(fee) as fees, sum(funding) as funding
    from entries group by 1, 2, 3),
  other as (
    select day, strategy, account, jsonb_object_agg(fee_currency, trim_scale(fee)::text) as fees
    from (
      select day, strategy, account, fee_currency, sum(other_fee) as fee
      from entries where other_fee <> 0 group by 1, 2, 3, 4) by_currency
    group by 1, 2, 3),
  -- A strategy that did nothing has a day as well, and a day that was stored keeps its row.
  keys as (
    select day, strategy, account from entries
    union select day, strategy, account from orders.performance_day where day between first and last
    union
    select d::date, l.strategy, l.account
    from generate_series(first::timestamp, last::timestamp, interval '1 day') d, config.strategy_account l
    where l.removed_at is null),
  stored as (
    insert into orders.performance_day as p
      (day, strategy, account, trades, wins, realized, fees, other_fees, funding, capital)
    select k.day, k.strategy, k.account, coalesce(c.trades, 0), coalesce(c.wins, 0), coalesce(s.realized, 0),
      coalesce(s.fees, 0), coalesce(o.fees, '{}'), coalesce(s.funding, 0),
      coalesce(
        (select l.capital from config.strategy_account l where l.strategy = k.strategy and l.account = k.account),
        (select h.amount from orders.allotment_history h, zone z
         where h.strategy = k.strategy and h.account = k.account
           and h.allotted_at < (k.day + 1)::timestamp at time zone z.name
         order by h.allotted_at desc limit 1),
        (select a.amount from orders.allotment a where a.strategy = k.strategy and a.account = k.account))
    from keys k
    left join sums s on s.day = k.day and s.strategy = k.strategy and s.account = k.account
    left join closed c on c.day = k.day and c.strategy = k.strategy and c.account = k.account
    left join other o on o.day = k.day and o.strategy = k.strategy and o.account = k.account
    order by k.day, k.strategy, k.account
    on conflict (day, strategy, account) do update
      set trades = excluded.trades, wins = excluded.wins, realized = excluded.realized, fees = excluded.fees,
          other_fees = excluded.other_fees, funding = excluded.funding,
          capital = coalesce(p.capital, excluded.capital), calculated_at = clock_timestamp()
    returning 1)
  select count(*)::int from stored
$$;

-- What others may read ------------------------------------------------------------------------------------------

-- A row without strategy is what the exchange holds of a symbol in which no strategy has ever traded.
create view orders.position as
  select s.strategy, s.account, s.symbol, trim_scale(s.quantity) as quantity,
         case when s.quantity <> 0 then trim_scale(round(s.cost / s.quantity, 12)) end as average_entry,
         trim_scale(s.realized) as realized_pnl,
         case when s.quantity = 0 then 0
              when c.mark_price is not null then trim_scale(s.quantity * c.mark_price - s.cost) end as unrealized_pnl,
         trim_scale(s.fees) as fees, s.other_fees, trim_scale(s.funding) as funding,
         c.mark_price, c.mark_at, trim_scale(coalesce(c.unattributed, 0)) as unattributed, c.compared_at,
         s.updated_at
    from orders.position_state s
    left join orders.position_check c using (account, symbol)
  union all
  select null, c.account, c.symbol, 0, null, 0, 0, 0, '{}', 0, c.mark_price, c.mark_at, trim_scale(c.unattributed),
         c.compared_at, c.compared_at
    from orders.position_check c
   where c.unattributed <> 0
     and not exists (select from orders.position_state s where s.account = c.account and s.symbol = c.symbol);

create view orders.daily_performance as
  select day, strategy, account, trades, wins, trim_scale(realized) as realized_pnl, trim_scale(fees) as fees, other_fees,
         trim_scale(funding) as funding, trim_scale(capital) as capital,
         case when capital > 0 then round((realized - fees + funding) / capital * 100, 6) end as return_percent,
         calculated_at
    from orders.performance_day;

-- Symbols in use: with orders, or with a position.
create or replace view orders.open_exposure as
  select distinct venue, symbol from orders.entry
  where status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired')
  union
  select a.venue, s.symbol from orders.position_state s join config.account a on a.name = s.account where s.quantity <> 0;

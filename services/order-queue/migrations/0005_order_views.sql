-- What there is, for people who look: orders with their rank and what keeps them waiting. Views and functions only.

-- Pages of one strategy's or account's orders, newest first, however many others there are.
create index entry_by_link on orders.entry ((strategy || E'\n' || account), id);
-- Pages of all orders that have not ended.
create index entry_live on orders.entry (id)
  where status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired');

create view orders.order_view as
  select e.id, e.strategy, e.account, e.venue, e.symbol, e.type, e.side, e.status as state, e.wanted,
         e.price, e.stop_price, e.quantity, e.executed, e.quantity - e.executed as remaining, e.reduce_only,
         e.alert_id, e.order_index, e.attempt as attempts, a.client_id as client_order_id,
         a.exchange_order_id, a.triggered_order_id, e.retries, e.retry_at, e.failure_type, e.failure_code,
         e.failure_message, e.send_before, e.received_at, e.updated_at, e.ended_at,
         -- What the indexes above find.
         e.strategy || E'\n' || e.account as link,
         e.status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired') as live
  from orders.entry e left join orders.attempt a on a.order_id = e.id and a.number = e.attempt;

create view orders.attempt_view as
  select order_id, number, client_id as client_order_id, exchange_order_id, triggered_order_id, conditional,
         request ->> 'quantity' as quantity, request ->> 'price' as price, request ->> 'stopPrice' as stop_price,
         executed, final, action, signed_at, created_at, reported_at
  from orders.attempt;

create view orders.event_view as
  select id, order_id, at, kind, status as state, attempt, cause, detail from orders.event;

-- Why nothing new is sent for a strategy on an account; null where it is.
create view orders.link_hold as
  select l.strategy, l.account,
         case
           when h_all.reason is not null then 'halted: ' || h_all.reason
           when h_strategy.reason is not null then format('halted: strategy %s: %s', l.strategy, h_strategy.reason)
           when h_account.reason is not null then format('halted: account %s: %s', l.account, h_account.reason)
           when p.reason is not null then 'account paused: ' || p.reason
           when s.removed_at is not null or a.removed_at is not null or l.removed_at is not null
             then 'taken out of the configuration'
           when not s.active then format('inactive: strategy %s', l.strategy)
           when not a.active then format('inactive: account %s', l.account)
           when not l.active then format('inactive: strategy %s on account %s', l.strategy, l.account)
         end as reason
  from config.strategy_account l
  join config.strategy s on s.name = l.strategy
  join config.account a on a.name = l.account
  left join orders.halt_in_force h_all on h_all.scope = 'all'
  left join orders.halt_in_force h_strategy on h_strategy.scope = 'strategy' and h_strategy.name = l.strategy
  left join orders.halt_in_force h_account on h_account.scope = 'account' and h_account.name = l.account
  left join orders.account_pause p on p.account = l.account;

-- What a pair may hold: the narrowest of what is configured, what the exchange states and what was learnt from a refusal.
create function orders.limits_of(p_account text, p_symbol text,
  out open_limit integer, out conditional_limit integer, out account_conditional_limit integer,
  out foreign_open integer, out foreign_conditional integer, out market_status text
) language sql stable as $$
  select least(a.max_open_orders, i.max_open_orders, lo.cap),
         least(a.max_conditional_orders, case when scope.per_symbol then i.max_conditional_orders end,
               case when scope.per_symbol then lc.cap end),
         case when not scope.per_symbol then least(i.max_conditional_orders, lc.cap) end,
         coalesce(f.open, 0), coalesce(f.conditional, 0), i.status
  from config.account a
  left join lateral (
    select * from market.instrument m where m.venue = a.venue and m.symbol = p_symbol offset 0) i on true
  cross join lateral (select coalesce(i.conditional_scope, 'symbol') = 'symbol' as per_symbol) scope
  left join orders.learnt_cap lo on lo.account = a.name and lo.symbol = p_symbol and not lo.conditional
    and lo.until > clock_timestamp()
  left join orders.learnt_cap lc on lc.account = a.name and lc.conditional and lc.until > clock_timestamp()
    and lc.symbol = case when scope.per_symbol then p_symbol else '*' end
  left join orders.foreign_count f on f.account = a.name and f.symbol = p_symbol
  where a.name = p_account
$$;

-- The rank of some orders among all of their pair that hold a place or wait for one; none for MARKET, for what has ended
-- and for what its owner wants gone. The same order as orders/rank.ts. Prices are above zero, so within a pair every LIMIT
-- buy ranks before every LIMIT sell, and a stop's sells before its buys: the waiting orders are counted class by class
-- from the index they wait in, and of a class only what lies between one asked order and the next.
create function orders.ranks_of(ids bigint[]) returns table (id bigint, rank bigint) language sql stable as $$
  with class (type, side, place) as (values
    ('LIMIT', 'buy', 1), ('LIMIT', 'sell', 2), ('STOP_MARKET', 'sell', 3), ('STOP_MARKET', 'buy', 4),
    ('STOP_LIMIT', 'sell', 5), ('STOP_LIMIT', 'buy', 6)),
  asked as materialized (
    select e.id, e.account, e.symbol, e.type, e.side, c.place, e.priority, e.sort_price, e.arrival, e.order_index,
           lag(e.sort_price) over near as sort_price_before, lag(e.arrival) over near as arrival_before,
           lag(e.order_index) over near as order_index_before
    from unnest(ids) wanted(id) join orders.entry e on e.id = wanted.id
    join class c on c.type = e.type and c.side = e.side
    where e.wanted <> 'gone' and e.status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired')
    window near as (partition by e.account, e.symbol, c.place order by e.sort_price desc, e.arrival, e.order_index)),
  -- Waiting orders of the same class between the asked order before this one, itself counted, and this one.
  gap as (
    select a.id, a.account, a.symbol, a.place, sum(g.orders) over (
             partition by a.account, a.symbol, a.place order by a.sort_price desc, a.arrival, a.order_index) as orders
    from asked a cross join lateral (
      select count(*) as orders from orders.entry e
      where e.account = a.account and e.symbol = a.symbol and e.type = a.type and e.side = a.side
        and e.status = 'pending' and e.sort_price >= a.sort_price
        and e.sort_price <= coalesce(a.sort_price_before, 'infinity')
        and (e.sort_price > a.sort_price or (e.arrival, e.order_index) < (a.arrival, a.order_index))
        and (a.sort_price_before is null or e.sort_price < a.sort_price_before
             or (e.arrival, e.order_index) >= (a.arrival_before, a.order_index_before))) g),
  -- Classes that rank before one that was asked for.
  whole as materialized (
    select p.account, p.symbol, c.place, (
      select count(*) from orders.entry e
      where e.account = p.account and e.symbol = p.symbol and e.type = c.type and e.side = c.side
        and e.status = 'pending') as orders
    from (select account, symbol, max(place) as place from asked group by account, symbol) p
    join class c on c.place < p.place)
  select a.id, 1 + g.orders
    + coalesce((select sum(w.orders) from whole w
                where w.account = a.account and w.symbol = a.symbol and w.place < a.place), 0)
    + (select count(*) from orders.entry e
       where e.account = a.account and e.symbol = a.symbol
         and e.status in ('submitting', 'open', 'cancelling', 'unresolved_place', 'unresolved_cancel', 'triggered')
         and e.type <> 'MARKET' and e.wanted <> 'gone'
         and (e.priority < a.priority or e.priority = a.priority and (e.sort_price > a.sort_price
              or e.sort_price = a.sort_price and (e.arrival, e.order_index) < (a.arrival, a.order_index))))
  from asked a join gap g on g.id = a.id
$$;

-- Live orders of each strategy on each account, by state.
create view orders.live_count as
  select strategy, account, status as state, count(*)::int as orders from orders.entry
  where status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired')
  group by strategy, account, status;

create view orders.allotment_view as
  select strategy, account, share, amount, allotted_at from orders.allotment;

create view orders.account_state as
  select a.name as account,
         coalesce((select sum(f.open) from orders.foreign_count f where f.account = a.name), 0)::int as foreign_open,
         s.state as stream, s.connected_since as stream_since, s.heard_at as stream_heard_at, s.reason as stream_reason
  from config.account a left join orders.account_stream s on s.account = a.name;
